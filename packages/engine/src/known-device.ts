import type { Instant } from './attempt.js';
import type { Evidence, Lock, PushActivity } from './evidence.js';
import { isLive } from './live-lock.js';
import { valueOf } from './signal.js';

/** The first proven login from the attempt's own device; null when there was none. */
export const deviceFirstSeenAt = (evidence: Evidence): Instant | null =>
  valueOf(evidence.history)?.device?.firstSeenAt ?? null;

/** The beginnings of whatever puts the subject under attack now: counted prompts, a live lock. */
export const attackBeginnings = (
  push: PushActivity | null,
  lock: Lock | null,
  now: Instant,
): readonly Instant[] =>
  [push?.since ?? null, isLive(lock, now) ? lock.since : null].filter(
    (instant) => instant !== null,
  );

/** The attempt's own device was proven before whatever attack is under way. */
export const comesFromKnownDevice = (evidence: Evidence, now: Instant): boolean =>
  isProvenBefore(
    deviceFirstSeenAt(evidence),
    attackBeginnings(valueOf(evidence.push), valueOf(evidence.lock), now),
  );

/**
 * One bad neighbour behind an address is not everybody: its owner's known device, at an address that
 * the owner has signed in from before, does not pay for what others do there.
 */
export const isAtHome = (evidence: Evidence, now: Instant): boolean =>
  valueOf(evidence.source)?.subjectProven === true && comesFromKnownDevice(evidence, now);

/**
 * Whether a device was proven before any of this began. A device learnt in the course of an attack
 * may be the attacker's, let in by a tired victim: it gets none of the exceptions that keep the
 * owner from being locked out.
 */
export const isProvenBefore = (
  firstSeenAt: Instant | null,
  beginnings: readonly Instant[],
): boolean => firstSeenAt !== null && beginnings.every((began) => firstSeenAt < began);
