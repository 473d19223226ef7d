import type { PushActivity } from './evidence.js';
import type { FindingOf } from './detectors/detector.js';
import { ownerStepUp, strictest } from './outcome.js';
import type { PushLadder, Rung } from './policy.js';
import type { Instant } from './attempt.js';

/** How far up the ladder the subject is: counted prompts, and those that wait where they count too. */
export interface LadderCount {
  readonly unanswered: number;
  readonly pending: number;
  /** Since the latest counted prompt, in ms; 0 when that is not known. */
  readonly quietMs: number;
}

/**
 * A prompt that waits is an unanswered one when the question is whether another may be sent: else
 * logins opened at once would each send one before the first has run out. Anybody else's question is
 * about what has happened.
 */
export const ladderCount = (
  push: PushActivity,
  ladder: PushLadder,
  { action, now }: { readonly action: string | null; readonly now: Instant },
): LadderCount => ({
  unanswered: push.ladder,
  // No count of prompts that wait may take from those that went unanswered.
  pending:
    action === 'push_challenge' && ladder.counted.includes('ignored')
      ? Math.max(0, push.pending)
      : 0,
  quietMs: push.latest === null ? 0 : now - push.latest,
});

/** A denial that has a hold lasts as long as the hold; a step-up is what is left of it. */
const afterItsHold = (rung: Rung, { quietMs }: LadderCount): Rung =>
  rung.outcome === 'deny' && rung.holdMs > 0 && quietMs >= rung.holdMs
    ? { ...rung, ...strictest({ ...rung, outcome: 'step_up' }, ownerStepUp) }
    : rung;

/**
 * The rungs of the push ladder that are reached. A rung with `except: known_device` spares the owner
 * on a device proven before the attack, who must not be locked out by it: instead of the denial, it
 * asks for something stronger than the prompts that it is about.
 */
export const reachedRungs = (
  count: LadderCount,
  deviceProven: boolean,
  ladder: PushLadder,
): readonly Rung[] =>
  ladder.rungs
    // So written that a count or a rung that is no number counts as reached.
    .filter((rung) => !(count.unanswered + count.pending < rung.at))
    .map((rung) => afterItsHold(rung, count))
    .map((rung) =>
      rung.exceptKnownDevice && deviceProven && rung.outcome === 'deny'
        ? { ...rung, ...strictest({ ...rung, outcome: 'step_up' }, ownerStepUp), points: 0 }
        : rung,
    );

/** All rungs that are reached apply, so their points add up. */
export const ladderFinding = (
  { unanswered, pending }: LadderCount,
  rungs: readonly Rung[],
): FindingOf<'push_fatigue'> | null => {
  const highest = rungs.at(-1);
  if (highest === undefined) return null;
  return {
    reason: 'push_fatigue',
    points: rungs.reduce((sum, rung) => sum + rung.points, 0),
    detail: { unanswered, ...(pending === 0 ? {} : { pending }), rung: highest.at },
  };
};
