/** Numbers that look random and are the same for the same name on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Standard normal. */
  normal(): number;
}

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  }
  return hash >>> 0;
};

/**
 * A stream of its own for every purpose, so that drawing more of one thing changes no other.
 *
 * @param name seed and purpose, "3/users".
 */
export const createRandom = (name: string): Random => {
  let state = hashOf(name);
  // Mulberry32: 32 bits of state are plenty for a simulation.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
    // Box-Muller; 1 - next() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
};

export interface Weighted<T> {
  draw(random: Random): T;
}

/** @throws RangeError when nothing can be drawn. */
export const createWeighted = <T>(items: readonly (readonly [T, number])[]): Weighted<T> => {
  const [first] = items;
  if (first === undefined) throw new RangeError('nothing to draw from');
  let sum = 0;
  const bounds = items.map(([, weight]) => (sum += weight));
  return {
    draw: (random) => {
      const at = random.next() * sum;
      let low = 0;
      let high = bounds.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((bounds[middle] ?? 0) > at) high = middle;
        else low = middle + 1;
      }
      return (items[low] ?? first)[0];
    },
  };
};
