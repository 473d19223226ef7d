import type { Outcome } from '@stepgate/engine';
import { shareByUser, type UserCount } from '../measures/index.js';
import type { EvaluationResults, GroupImpact } from '../results.js';
import { allImpactGroups, isMember, type ImpactGroup } from './impact-groups.js';
import { isIn, outcomeOf, type Scores } from './scores.js';
import type { EvaluationSettings } from './settings.js';

/** Of fewer logins a share says nothing, and no group is compared with it. */
const leastLogins = 100;

interface Counted {
  readonly n: number;
  readonly stepUps: number;
  readonly denials: number;
}

interface Tallies {
  /** By seed and user. */
  readonly honest: Map<string, Counted>;
  attacks: number;
  caught: number;
}

const isStrange = (name: string): boolean => name.startsWith('hard_negative ');

const countHonest = (tallies: Tallies, person: string, outcome: Outcome): void => {
  const { n, stepUps, denials } = tallies.honest.get(person) ?? { n: 0, stepUps: 0, denials: 0 };
  tallies.honest.set(person, {
    n: n + 1,
    stepUps: stepUps + (outcome === 'step_up' ? 1 : 0),
    denials: denials + (outcome === 'deny' ? 1 : 0),
  });
};

const count = (tallies: Tallies, scores: Scores, row: number): void => {
  const name = scores.groups[scores.group[row] ?? 0] ?? '';
  const outcome = outcomeOf(scores.outcome[row]);
  // Who exists for a hard negative alone lives a life that was made up for it.
  const isReported = isStrange(name) || isIn(scores, row, 'reported');
  if (outcome === null || !isReported) return;
  if (name === 'owner' || isStrange(name)) {
    countHonest(tallies, `${String(scores.seed)} ${String(scores.user[row])}`, outcome);
  } else if (name.startsWith('attacker ')) {
    tallies.attacks += 1;
    if (outcome !== 'allow') tallies.caught += 1;
  }
};

const tallyOf = (all: readonly Scores[], group: ImpactGroup): Tallies => {
  const tallies: Tallies = { honest: new Map(), attacks: 0, caught: 0 };
  for (const scores of all) {
    for (let row = 0; row < scores.group.length; row += 1) {
      if (isMember(scores.impact[row], group)) count(tallies, scores, row);
    }
  }
  return tallies;
};

type Measured = Omit<GroupImpact, 'ratio'>;

const measureGroup = (
  all: readonly Scores[],
  group: ImpactGroup,
  settings: EvaluationSettings,
): Measured => {
  const { honest, attacks, caught } = tallyOf(all, group);
  const users = [...honest.values()];
  const options = { seed: settings.seeds[0] ?? 1, resamples: settings.resamples };
  const share = (hits: (user: Counted) => number) =>
    shareByUser(
      users.map((user): UserCount => ({ n: user.n, hits: hits(user) })),
      options,
    );
  return {
    dimension: group.dimension,
    group: group.name,
    users: users.length,
    logins: users.reduce((sum, { n }) => sum + n, 0),
    stepUp: share(({ stepUps }) => stepUps),
    deny: share(({ denials }) => denials),
    attacks,
    caught: attacks === 0 ? null : caught / attacks,
  };
};

/** How often honest people of each group are asked and refused, and how many attacks on them are caught. */
export const measureImpact = (
  all: readonly Scores[],
  settings: EvaluationSettings,
): EvaluationResults['disparateImpact'] => {
  const measured = allImpactGroups
    .map((group) => measureGroup(all, group, settings))
    .filter(({ logins }) => logins >= leastLogins);
  return measured.map((each) => {
    const rates = measured
      .filter(({ dimension }) => dimension === each.dimension)
      .map(({ stepUp }) => stepUp.mean);
    const best = Math.min(...rates);
    return { ...each, ratio: best === 0 ? null : each.stepUp.mean / best };
  });
};
