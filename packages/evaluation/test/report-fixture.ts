import {
  attackerNames,
  hardNegativeNames,
  sequenceNames,
  type AttackerName,
} from '../src/login.js';
import {
  scorerNames,
  type AttackerResult,
  type EvaluationCheck,
  type EvaluationResults,
  type OutcomeShares,
  type ScorerName,
} from '../src/results.js';

const recordOf = <Name extends string, Value>(
  names: readonly Name[],
  valueFor: (name: Name, index: number) => Value,
): Record<Name, Value> =>
  Object.fromEntries(names.map((name, index) => [name, valueFor(name, index)])) as Record<
    Name,
    Value
  >;

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
const estimate = (mean: number) => ({
  mean: round(mean),
  low: round(mean - 0.01),
  high: round(Math.min(1, mean + 0.01)),
});

/** The curve y = x^(1/b - 1) has the area b: all else of an attacker follows from how well he is told. */
const attackerResult = (area: number, scorer: ScorerName): AttackerResult => {
  const caughtAt = (asked: number): number => round(asked ** (1 / area - 1));
  const sizes = [1, 4, 12, 30, 39];
  const timesAsked = (factor: number) =>
    Object.fromEntries(
      sizes.map((size) => [
        String(size),
        scorer === 'rules_only' ? size : Math.ceil((1 - area) * factor * Math.sqrt(size)),
      ]),
    );
  return {
    attempts: 50_000,
    auc: estimate(area),
    recallAt1Percent: estimate(caughtAt(0.01)),
    recallAt5Percent: estimate(caughtAt(0.05)),
    riskScoreRelation: scorer === 'rules_only' ? null : round(area * 9),
    roc: Array.from({ length: 100 }, (_, index) => {
      const asked = round((index / 99) ** 4);
      return [asked, index === 0 ? 0 : caughtAt(asked)] as const;
    }),
    reauthentications: { '0.995': timesAsked(20), '0.99': timesAsked(12), '0.98': timesAsked(6) },
  };
};

const shares = (n: number, stepUp: number, deny = 0): OutcomeShares => ({
  n,
  allow: round(1 - stepUp - deny),
  stepUp,
  deny,
});

const areaOf = (attacker: number, scorer: number): number =>
  [0.99, 0.96, 0.93, 0.9, 0.6, 0.97][attacker]! - [0.02, 0.004, 0.03, 0.12][scorer]!;

const checks: readonly EvaluationCheck[] = [
  { name: 'naive: asked at 12 logins, TPR 0.995', value: 3, target: '<= 3', holds: true },
  { name: 'naive: AUC, lower bound', value: 0.9812, target: '>= 0.97', holds: true },
  {
    name: 'targeted, with tokens: recall at 1 % asked',
    value: 0.931,
    target: '>= 0.9',
    holds: true,
  },
  { name: 'owner denied', value: 0.00004, target: '<= 0.0001', holds: true },
  { name: 'HTTP and in-process agree', value: '20,000 of 20,000', target: 'all', holds: true },
];

/** What a full run could look like. Made by formulas, so that every test has the same. */
export const evaluationResults = (changes: Partial<EvaluationResults> = {}): EvaluationResults => ({
  quick: false,
  seeds: [11, 12, 13, 14, 15],
  seconds: 703.4,
  population: {
    users: 12_000,
    logins: 241_055,
    attemptsPerAttacker: 10_000,
    parameters: { user_agent_exponent: 2, address_change: 0.18, home_country: 'DE' },
    statistics: { 'P(1)': 0.4012, median: 2, p90: 9, p99: 29, 'P(>=10)': 0.0879, mean: 3.981 },
  },
  attackers: recordOf(attackerNames, (_, attacker) =>
    recordOf(scorerNames, (scorer, index) => attackerResult(areaOf(attacker, index), scorer)),
  ),
  outcomes: {
    owner: shares(240_000, 0.021, 0.00004),
    byLoginNumber: Array.from({ length: 12 }, (_, index) => shares(12_000, round(1 / (index + 1)))),
    attackers: recordOf(attackerNames, (_, index) => shares(50_000, round(0.9 - index / 10), 0.05)),
    hardNegatives: recordOf(hardNegativeNames, (_, index) => shares(2_000, round(index * 0.04))),
    sequences: recordOf(sequenceNames, (_, index) => shares(400, round(0.3 + index / 10), 0.3)),
  },
  disparateImpact: [
    {
      dimension: 'device',
      group: 'mobile',
      users: 5_000,
      logins: 100_000,
      stepUp: { mean: 0.03, low: 0.028, high: 0.032 },
      deny: { mean: 0, low: 0, high: 0 },
      ratio: 1.5,
      attacks: 20_000,
      caught: 0.97,
    },
  ],
  ablation: ['device_unseen', 'ip_listed', 'history_unlikely: address', 'hour_unusual'].map(
    (without, index) => ({
      without,
      auc: recordOf(attackerNames, (_: AttackerName, attacker) =>
        round(areaOf(attacker, 1) - 0.05 + index * 0.017),
      ),
      recallAt1Percent: recordOf(attackerNames, (_: AttackerName, attacker) =>
        round(0.9 - attacker / 10 - 0.3 / (index + 1)),
      ),
    }),
  ),
  travel: {
    cases: 104,
    falseAlarms: ['ferry over the border without a mobile list'],
    misses: ['thief in the same city', 'thief behind a VPN of the same country'],
  },
  agreement: { compared: 20_000, disagreements: [] },
  invariants: { notAdditive: 0, notDeterministic: 0, loweredByFailures: 0 },
  checks,
  ...changes,
});
