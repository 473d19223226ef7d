import { attackerNames, type AttackerName } from '../login.js';
import {
  auc,
  bootstrapByUser,
  medianReauthentications,
  recallAt,
  riskScoreRelation,
  rocPoints,
  thresholdFor,
  type Sample,
} from '../measures/index.js';
import {
  scorerNames,
  type AttackerResult,
  type EvaluationResults,
  type ScorerName,
} from '../results.js';
import { samplesOf } from './samples.js';
import type { Scores } from './scores.js';
import type { EvaluationSettings } from './settings.js';

const largestHistory = 39;
const onePercent = 0.01;

export const groupOfAttacker = (name: AttackerName): string => `attacker ${name}`;

export const recordOf = <N extends string, V>(
  names: readonly N[],
  make: (name: N) => V,
): Readonly<Record<N, V>> =>
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- fromEntries forgets its keys
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<N, V>;

const truePositiveRates = ['0.995', '0.99', '0.98'] as const;

interface Honest {
  readonly reported: readonly Sample[];
  /** Of the whole of time: a user's prompts are counted from the first login on. */
  readonly lives: readonly Sample[];
}

const resultOf = (
  honest: Honest,
  attacks: readonly Sample[],
  { settings, scorer }: { readonly settings: EvaluationSettings; readonly scorer: ScorerName },
): AttackerResult => {
  const options = { seed: settings.seeds[0] ?? 1, resamples: settings.resamples };
  const { reported, lives } = honest;
  const estimates = bootstrapByUser(reported, attacks, options);
  return {
    attempts: attacks.length,
    auc: estimates.auc,
    recallAt1Percent: estimates.recall1,
    recallAt5Percent: estimates.recall5,
    riskScoreRelation: scorer === 'rules_only' ? null : riskScoreRelation(reported, attacks),
    roc: rocPoints(reported, attacks),
    reauthentications: recordOf(truePositiveRates, (rate) =>
      medianReauthentications(lives, thresholdFor(attacks, Number(rate)), largestHistory),
    ),
  };
};

export const measureAttackers = (
  all: readonly Scores[],
  settings: EvaluationSettings,
): EvaluationResults['attackers'] => {
  const honest = recordOf(scorerNames, (scorer): Honest => ({
    reported: samplesOf(all, { group: 'owner', scorer }),
    lives: samplesOf(all, { group: 'owner', scorer, wholeTime: true }),
  }));
  return recordOf(attackerNames, (attacker) =>
    recordOf(scorerNames, (scorer) => {
      const attacks = samplesOf(all, { group: groupOfAttacker(attacker), scorer });
      return resultOf(honest[scorer], attacks, { settings, scorer });
    }),
  );
};

/**
 * Points add up, and what is learnt does not depend on them, for the owner proves every login: to take
 * a feature's points off is to have replayed without it.
 */
export const measureAblation = (all: readonly Scores[]): EvaluationResults['ablation'] => {
  const scorer = 'stepgate_device';
  const without = (feature: string) => (scores: Scores) => scores.features.get(feature);
  const features = new Set(all.flatMap((scores) => [...scores.features.keys()]));
  return [...features].toSorted().map((feature) => {
    const choose = (group: string) => samplesOf(all, { group, scorer, without: without(feature) });
    const honest = choose('owner');
    const attacks = recordOf(attackerNames, (name) => choose(groupOfAttacker(name)));
    return {
      without: feature,
      auc: recordOf(attackerNames, (name) => auc(honest, attacks[name])),
      recallAt1Percent: recordOf(attackerNames, (name) =>
        recallAt(honest, attacks[name], onePercent),
      ),
    };
  });
};
