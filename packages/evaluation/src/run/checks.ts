import { labelOf } from '../travel/run-scenarios.js';
import { travelScenarios } from '../travel/scenarios.js';
import type { EvaluationCheck, EvaluationResults } from '../results.js';

type Measured = Omit<EvaluationResults, 'checks'>;

const percent = (share: number): number => Number((100 * share).toPrecision(4));
const short = (value: number): number => Number(value.toPrecision(4));

const atMost = (name: string, value: number, most: number): EvaluationCheck => ({
  name,
  value: short(value),
  target: `≤ ${String(short(most))}`,
  holds: value <= most,
});

const atLeast = (name: string, value: number, least: number): EvaluationCheck => ({
  name,
  value: short(value),
  target: `≥ ${String(short(least))}`,
  holds: value >= least,
});

const above = (name: string, value: number, bar: number): EvaluationCheck => ({
  name,
  value: short(value),
  target: `> ${String(short(bar))}`,
  holds: value > bar,
});

/** Median re-authentications of the published scorer after 12 logins (risk-scoring 2.1). */
const published = [
  ['0.98', 1],
  ['0.99', 2],
  ['0.995', 3],
] as const;

const reauthentications = ({ attackers }: Measured): readonly EvaluationCheck[] =>
  published.map(([rate, most]) =>
    atMost(
      `naive: re-authentications at 12 logins, TPR ${rate}`,
      attackers.naive.stepgate.reauthentications[rate]['12'] ?? Infinity,
      most,
    ),
  );

const ranked = ['naive', 'vpn', 'targeted', 'isp_targeted'] as const;

/** With a thousand attempts an interval says how few they are; then the estimate itself is judged. */
const areas = ({ attackers, quick }: Measured): readonly EvaluationCheck[] => [
  ...ranked.map((name) => {
    const { stepgate, reference } = attackers[name];
    const bar = reference.auc.mean - 0.01;
    return quick
      ? atLeast(`${name}: AUC, estimate`, stepgate.auc.mean, bar)
      : atLeast(`${name}: AUC, lower bound`, stepgate.auc.low, bar);
  }),
  atLeast('naive: AUC', attackers.naive.stepgate.auc.mean, 0.97),
];

const recalls = ({ attackers }: Measured): readonly EvaluationCheck[] => [
  ...(['vpn', 'targeted'] as const).map((name) =>
    above(
      `${name}: recall at 1 %, above the reference`,
      attackers[name].stepgate.recallAt1Percent.mean,
      attackers[name].reference.recallAt1Percent.mean,
    ),
  ),
  atLeast(
    'targeted: recall at 1 %, with device tokens',
    attackers.targeted.stepgate_device.recallAt1Percent.mean,
    0.9,
  ),
];

/** Of fewer, one refusal would be more than is allowed. */
const enoughLogins = 1_000;

const honest = ({ outcomes, disparateImpact }: Measured): readonly EvaluationCheck[] => {
  const { owner, hardNegatives } = outcomes;
  const home = hardNegatives.home.stepUp;
  return [
    atMost('owners denied, %', percent(owner.deny), 0.01),
    atMost(
      'denied in the worst-off group, %',
      percent(
        Math.max(
          0,
          ...disparateImpact
            .filter(({ logins }) => logins >= enoughLogins)
            .map(({ deny }) => deny.mean),
        ),
      ),
      0.1,
    ),
    ...(['office_nat', 'mobile_cgnat'] as const).map((name) =>
      atMost(`${name}: asked, %`, percent(hardNegatives[name].stepUp), percent(home) + 2),
    ),
  ];
};

/** Judged wrongly for a reason that the case itself tells. */
const acceptedJourneys: ReadonlySet<string> = new Set(
  travelScenarios.filter(({ accepted }) => accepted !== undefined).map(labelOf),
);

const soundness = ({ invariants, agreement, travel }: Measured): readonly EvaluationCheck[] => [
  atMost('scores lowered by 20 failures', invariants.loweredByFailures, 0),
  atMost('decisions whose points do not add up', invariants.notAdditive, 0),
  atMost('same input, other output', invariants.notDeterministic, 0),
  atMost('HTTP and in process disagree', agreement.disagreements.length, 0),
  atLeast('decisions compared over HTTP', agreement.compared, 500),
  atLeast('travel cases', travel.cases, 60),
  ...(['falseAlarms', 'misses'] as const).map((kind) =>
    atMost(
      kind === 'misses'
        ? 'travel: misses that are not accepted'
        : 'travel: false alarms that are not',
      travel[kind].filter((label) => !acceptedJourneys.has(label)).length,
      0,
    ),
  ),
];

const extent = ({ quick, seeds, seconds, population }: Measured): readonly EvaluationCheck[] =>
  quick
    ? [atMost('seconds', seconds, 90)]
    : [
        atLeast('seeds', seeds.length, 5),
        atLeast('attempts per attacker and seed', population.attemptsPerAttacker, 10_000),
        atMost('seconds', seconds, 900),
      ];

/** Their thresholds lie in the last percent: a small population has a handful of logins there. */
const tails = (measured: Measured): readonly EvaluationCheck[] =>
  measured.quick ? [] : [...reauthentications(measured), ...recalls(measured)];

/** What the evaluation promises; whether it holds is the exit code. */
export const checksOf = (measured: Measured): readonly EvaluationCheck[] => [
  ...tails(measured),
  ...areas(measured),
  ...honest(measured),
  ...soundness(measured),
  ...extent(measured),
];
