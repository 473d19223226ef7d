const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** The delays that Standard Webhooks advises after a first try at once: over three days in all. */
export const standardRetryDelaysMs: readonly number[] = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
];

/** Of the delay, either way: receivers that come back are not hit by all alerts at once. */
const jitter = 0.1;
const maxRetryAfterMs = 24 * hours;

export interface RetryAsked {
  /** Tries made so far, at least 1. */
  readonly attempts: number;
  /** What the receiver asked for (Retry-After); at most a day of it is granted. */
  readonly retryAfterMs: number | null;
  /** 0 ≤ random < 1. */
  readonly random: number;
}

export const retryDelayMs = (delaysMs: readonly number[], asked: RetryAsked): number => {
  const scheduled = delaysMs[Math.min(asked.attempts, delaysMs.length) - 1] ?? 0;
  const asAsked = Math.min(asked.retryAfterMs ?? 0, maxRetryAfterMs);
  const spread = 1 + jitter * (2 * asked.random - 1);
  return Math.max(Math.round(scheduled * spread), asAsked);
};
