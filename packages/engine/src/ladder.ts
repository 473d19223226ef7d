import type { Evidence } from './evidence.js';
import type { FindingOf } from './detectors/detector.js';
import type { PushLadder, Rung } from './policy.js';
import { valueOf } from './signal.js';

/**
 * The rungs of the push ladder that the subject has reached. A rung with `except: known_device`
 * spares the owner on a proven device: the attacker must not be able to lock the owner out. What it
 * then still asks of a known device is its factors (number matching, forbidden push), not its denial.
 */
export const reachedRungs = (evidence: Evidence, ladder: PushLadder): readonly Rung[] => {
  const push = valueOf(evidence.push);
  if (push === null) return [];
  const known = (valueOf(evidence.history)?.device ?? null) !== null;
  return ladder.rungs
    .filter((rung) => push.ladder >= rung.at)
    .map((rung) =>
      rung.exceptKnownDevice && known && rung.outcome === 'deny'
        ? { ...rung, outcome: 'step_up', points: 0 }
        : rung,
    );
};

export const ladderFinding = (
  evidence: Evidence,
  rungs: readonly Rung[],
): FindingOf<'push_fatigue'> | null => {
  const highest = rungs.at(-1);
  if (highest === undefined) return null;
  return {
    reason: 'push_fatigue',
    points: rungs.reduce((most, rung) => Math.max(most, rung.points), 0),
    detail: { unanswered: valueOf(evidence.push)?.ladder ?? 0, rung: highest.at },
  };
};
