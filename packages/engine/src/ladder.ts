import type { PushActivity } from './evidence.js';
import type { FindingOf } from './detectors/detector.js';
import { strongerOf } from './outcome.js';
import type { PushLadder, Rung } from './policy.js';

/**
 * The rungs of the push ladder that the subject has reached. A rung with `except: known_device`
 * spares the owner on a proven device: the attacker must not be able to lock the owner out. What it
 * then still asks of a known device is a second factor (number matched, no forbidden push), not its
 * denial.
 */
export const reachedRungs = (
  push: PushActivity,
  deviceKnown: boolean,
  ladder: PushLadder,
): readonly Rung[] =>
  ladder.rungs
    // So written that a count or a rung that is no number counts as reached.
    .filter((rung) => !(push.ladder < rung.at))
    .map((rung) =>
      rung.exceptKnownDevice && deviceKnown && rung.outcome === 'deny'
        ? { ...rung, outcome: 'step_up', require: strongerOf(rung.require, 'mfa'), points: 0 }
        : rung,
    );

export const ladderFinding = (
  push: PushActivity,
  rungs: readonly Rung[],
): FindingOf<'push_fatigue'> | null => {
  const highest = rungs.at(-1);
  if (highest === undefined) return null;
  return {
    reason: 'push_fatigue',
    points: rungs.reduce((most, rung) => Math.max(most, rung.points), 0),
    detail: { unanswered: push.ladder, rung: highest.at },
  };
};
