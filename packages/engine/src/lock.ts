import type { Instant } from './attempt.js';
import type { Lock } from './evidence.js';
import type { FindingOf } from './detectors/detector.js';
import { isLive } from './live-lock.js';
import { denial, ownerStepUp } from './outcome.js';
import type { OutcomeSpec } from './policy.js';

/** The last instant that a calendar date can name (ECMA-262, time values). */
const lastInstant: Instant = 8.64e15;

const isoOf = (instant: Instant): string =>
  new Date(Math.abs(instant) <= lastInstant ? instant : lastInstant).toISOString();

/** What a live lock demands, and the reason to give for it. */
export interface Hold {
  readonly demand: OutcomeSpec;
  readonly finding: FindingOf<'subject_locked'>;
}

/**
 * The hold that a lock puts on an attempt; null when there is none or it is over. The owner on a
 * device proven before the attack, where the lock spares it, is stepped up instead of being denied.
 */
export const holdOf = (lock: Lock | null, deviceProven: boolean, now: Instant): Hold | null => {
  if (!isLive(lock, now)) return null;
  return {
    demand: lock.exceptKnownDevice && deviceProven ? ownerStepUp : denial,
    finding: {
      reason: 'subject_locked',
      points: 0,
      detail: { lock: lock.reason, until: isoOf(lock.until) },
    },
  };
};
