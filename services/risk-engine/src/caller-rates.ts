import type { Caller } from './routes/handler.js';

export interface CallerRates {
  /** 0: go on. Otherwise seconds after which one more request would be let through. */
  take(caller: Caller): number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** How many seconds' worth a caller may ask for at once. */
const burstSeconds = 2;

/**
 * One token bucket for each caller, so that one that runs wild is stopped before it costs anything.
 * Buckets belong to the callers in force: there are no more of them, and a new reading of the key file
 * begins with full ones.
 *
 * @param maxPerSecond of callers whose entry says nothing.
 * @param clock monotonic, in ms.
 */
export const createCallerRates = (
  maxPerSecond: number,
  clock: () => number = () => performance.now(),
): CallerRates => {
  const buckets = new WeakMap<Caller, Bucket>();
  return {
    take: (caller) => {
      const rate = caller.maxPerSecond ?? maxPerSecond;
      const now = clock();
      let bucket = buckets.get(caller);
      if (bucket === undefined) {
        bucket = { tokens: rate * burstSeconds, filledAt: now };
        buckets.set(caller, bucket);
      }
      const earned = ((now - bucket.filledAt) / 1_000) * rate;
      bucket.tokens = Math.min(rate * burstSeconds, bucket.tokens + earned);
      bucket.filledAt = now;
      if (bucket.tokens < 1) return (1 - bucket.tokens) / rate;
      bucket.tokens -= 1;
      return 0;
    },
  };
};
