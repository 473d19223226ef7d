import type { AttackerName, HardNegativeName, SequenceName } from './login.js';

/**
 * `stepgate`: points of the shipped policy, no device tokens. `stepgate_device`: the same with them.
 * `reference`: the published likelihood ratio. `rules_only`: new country, new device or listed address.
 */
export const scorerNames = ['stepgate', 'stepgate_device', 'reference', 'rules_only'] as const;
export type ScorerName = (typeof scorerNames)[number];

/** Bootstrap by user over all seeds; 95 %. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface AttackerResult {
  readonly attempts: number;
  readonly auc: Estimate;
  readonly recallAt1Percent: Estimate;
  readonly recallAt5Percent: Estimate;
  /** Mean score of attempts over mean score of honest logins; null where scores may be negative. */
  readonly riskScoreRelation: number | null;
  /** [false positive rate, true positive rate], at most 200 points. */
  readonly roc: readonly (readonly [number, number])[];
  /** Median re-authentications of a user after so many logins, by true positive rate. */
  readonly reauthentications: Readonly<
    Record<'0.995' | '0.99' | '0.98', Readonly<Record<string, number>>>
  >;
}

export interface OutcomeShares {
  readonly n: number;
  readonly allow: number;
  readonly stepUp: number;
  readonly deny: number;
}

/** Honest logins of one group of people, and the attacks on them. */
export interface GroupImpact {
  readonly dimension: string;
  readonly group: string;
  readonly users: number;
  readonly logins: number;
  readonly stepUp: Estimate;
  readonly deny: Estimate;
  /** Step-up rate over that of the best-off group of the dimension; null: nobody there is asked. */
  readonly ratio: number | null;
  readonly attacks: number;
  /** Share that was not let in; null: there was none. */
  readonly caught: number | null;
}

export interface EvaluationCheck {
  readonly name: string;
  readonly value: number | string;
  readonly target: string;
  readonly holds: boolean;
}

export interface EvaluationResults {
  readonly quick: boolean;
  readonly seeds: readonly number[];
  readonly seconds: number;
  readonly population: {
    readonly users: number;
    readonly logins: number;
    readonly attemptsPerAttacker: number;
    readonly parameters: Readonly<Record<string, number | string>>;
    /** Of logins per user: P(1), median, p90, p99, P(>=10), mean. */
    readonly statistics: Readonly<Record<string, number>>;
  };
  readonly attackers: Readonly<Record<AttackerName, Readonly<Record<ScorerName, AttackerResult>>>>;
  /** The shipped policy's own verdicts, with device tokens. */
  readonly outcomes: {
    readonly owner: OutcomeShares;
    readonly byLoginNumber: readonly OutcomeShares[];
    readonly attackers: Readonly<Record<AttackerName, OutcomeShares>>;
    readonly hardNegatives: Readonly<Record<HardNegativeName, OutcomeShares>>;
    readonly sequences: Readonly<Record<SequenceName, OutcomeShares>>;
  };
  readonly disparateImpact: readonly GroupImpact[];
  /** AUC of the device scorer without one feature (detector or likelihood feature), by attacker. */
  readonly ablation: readonly {
    readonly without: string;
    readonly auc: Readonly<Record<AttackerName, number>>;
    readonly recallAt1Percent: Readonly<Record<AttackerName, number>>;
  }[];
  readonly travel: {
    readonly cases: number;
    readonly falseAlarms: readonly string[];
    readonly misses: readonly string[];
  };
  readonly agreement: { readonly compared: number; readonly disagreements: readonly string[] };
  readonly invariants: {
    readonly notAdditive: number;
    readonly notDeterministic: number;
    readonly loweredByFailures: number;
  };
  readonly checks: readonly EvaluationCheck[];
}
