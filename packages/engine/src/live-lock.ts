import type { Instant } from './attempt.js';
import type { Lock } from './evidence.js';

/** So written that an end that is no number is never over. */
export const isLive = (lock: Lock | null, now: Instant): lock is Lock =>
  lock !== null && !(lock.until <= now);
