export interface AdmissionWindow {
  /** How many requests may be worked on at once, now. */
  size(): number;
  /** A request was done after so many milliseconds. */
  done(durationMs: number): void;
}

export interface WindowLimits {
  readonly min: number;
  readonly max: number;
}

/** An answer that took this long came close to the time-outs of the state store. */
const congestedMs = 40;
const shrink = 0.7;

/**
 * Additive increase, multiplicative decrease, as TCP does it (RFC 5681): as many at once as this
 * process and Redis keep up with. A cold or starved process works on few, so that none of them runs
 * into a time-out that is meant for a Redis that hangs. At most one decrease a round: requests that
 * were under way together tell of the same congestion.
 */
export const createAdmissionWindow = ({ min, max }: WindowLimits): AdmissionWindow => {
  let size = min;
  let untilNextShrink = 0;
  return {
    size: () => Math.floor(size),
    done: (durationMs) => {
      untilNextShrink -= 1;
      if (durationMs <= congestedMs) {
        size = Math.min(max, size + 1 / size);
      } else if (untilNextShrink <= 0) {
        size = Math.max(min, size * shrink);
        untilNextShrink = size;
      }
    },
  };
};
