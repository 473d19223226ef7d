/** mulberry32: small, seeded, good enough to choose moments and victims. */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Another stream for every name, so that a scenario breaks the same alone as among others. */
export const seedFor = (seed: number, name: string): number =>
  Buffer.from(name).reduce((mixed, byte) => Math.imul(mixed ^ byte, 16_777_619), seed);
