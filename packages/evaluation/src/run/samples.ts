import type { OutcomeShares, ScorerName } from '../results.js';
import type { Sample } from '../measures/index.js';
import { createOutcomeTally, type OutcomeTally } from './outcome-tally.js';
import { isIn, outcomeOf, type GroupName, type Scores } from './scores.js';

/** Users of different seeds are different people. */
interface Choice {
  readonly group: GroupName;
  readonly scorer: ScorerName;
  /** Of both halves of time; else of the reported one. */
  readonly wholeTime?: boolean;
  /** Points that are taken off, by row. */
  readonly without?: (scores: Scores) => Float64Array | undefined;
}

const firstLogin = 0;

/** Two sums of the same points are one score, whatever their order. */
const rounded = (score: number): number => Number(score.toPrecision(12));

function* rowsOf(scores: Scores, group: GroupName): Generator<number> {
  const wanted = scores.groups.indexOf(group);
  if (wanted === -1) return;
  for (let row = 0; row < scores.group.length; row += 1) {
    if (scores.group[row] === wanted) yield row;
  }
}

/**
 * Scored logins of a group. A first login is nobody's sample: no scorer knows its user, and each of
 * them asks then.
 */
export const samplesOf = (all: readonly Scores[], choice: Choice): readonly Sample[] => {
  const { group, scorer, wholeTime = false, without } = choice;
  const samples: Sample[] = [];
  for (const scores of all) {
    const column = scores.scores[scorer];
    const taken = without?.(scores);
    for (const row of rowsOf(scores, group)) {
      const history = scores.history[row] ?? firstLogin;
      const score = column[row] ?? NaN;
      if (Number.isNaN(score) || history === firstLogin) continue;
      const isWanted = isIn(scores, row, 'reported') || (wholeTime && isIn(scores, row, 'warm_up'));
      if (!isWanted) continue;
      samples.push({
        user: scores.user[row] ?? -1,
        score: rounded(score - (taken?.[row] ?? 0)),
        history,
        seed: scores.seed,
      });
    }
  }
  return samples;
};

const count = (tally: OutcomeTally, scores: Scores, row: number): void => {
  const outcome = outcomeOf(scores.outcome[row]);
  if (outcome !== null) tally.add(outcome);
};

/** What the policy said to a group, first logins included. @param population of it alone, in the reported half. */
export const outcomesOf = (
  all: readonly Scores[],
  group: GroupName,
  population: boolean,
): OutcomeShares => {
  const tally = createOutcomeTally();
  for (const scores of all) {
    for (const row of rowsOf(scores, group)) {
      if (!population || isIn(scores, row, 'reported')) count(tally, scores, row);
    }
  }
  return tally.shares();
};

/** What owners were told at their first login, their second ... */
export const outcomesByLogin = (all: readonly Scores[], most: number): readonly OutcomeShares[] => {
  const tallies = Array.from({ length: most }, createOutcomeTally);
  for (const scores of all) {
    for (const row of rowsOf(scores, 'owner')) {
      if (isIn(scores, row, 'elsewhere')) continue;
      const tally = tallies[scores.history[row] ?? most];
      if (tally !== undefined) count(tally, scores, row);
    }
  }
  return tallies.map((tally) => tally.shares());
};
