import type { Authenticator } from './attempt.js';
import type { DetectorSettings } from './detectors/index.js';
import type { PushResult } from './evidence.js';
import type { Facts } from './facts.js';

export const outcomes = ['allow', 'step_up', 'deny'] as const;
/** In order of strictness. */
export type Outcome = (typeof outcomes)[number];

export const levels = ['low', 'medium', 'high'] as const;
export type Level = (typeof levels)[number];

export const strengths = [
  'any',
  'mfa',
  'phishing_resistant',
  'phishing_resistant_hardware',
] as const;
/** In order of strictness. */
export type Strength = (typeof strengths)[number];

/** What to do: an outcome and, for step_up, what it takes. */
export interface OutcomeSpec {
  readonly outcome: Outcome;
  readonly require: Strength;
  readonly forbid: readonly Authenticator[];
  readonly numberMatching: boolean;
}

/**
 * A compiled `when`. Unmet with a cause when a name it reads is absent or unavailable: never an
 * error, since a condition that breaks on missing evidence could be broken on purpose.
 */
export type Condition = (facts: Facts) => ConditionResult;
export type ConditionResult = { readonly met: boolean; readonly cause?: string };

export interface Rule {
  readonly name: string;
  /** The text of `when`, for explanations. */
  readonly when: string;
  readonly condition: Condition;
  readonly then: OutcomeSpec;
}

export interface PolicySignal {
  readonly reason: string;
  readonly points: number;
  readonly when: string;
  readonly condition: Condition;
}

export interface Limit {
  readonly name: string;
  readonly per: 'subject' | 'source' | 'tenant';
  /** Attempts at these are counted and held to it; empty: at all of them. */
  readonly actions: readonly string[];
  readonly max: number;
  readonly windowMs: number;
  readonly then: OutcomeSpec;
}

export const alertSeverities = ['low', 'medium', 'high', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

export interface Rung {
  readonly at: number;
  readonly outcome: Outcome;
  readonly require: Strength;
  readonly forbid: readonly Authenticator[];
  readonly numberMatching: boolean;
  readonly points: number;
  /** 0 = no hold. */
  readonly holdMs: number;
  readonly alert: AlertSeverity | null;
  readonly exceptKnownDevice: boolean;
}

export interface PushLadder {
  readonly counted: readonly Exclude<PushResult, 'sent' | 'approved'>[];
  readonly windowMs: number;
  /** Ascending by `at`. */
  readonly rungs: readonly Rung[];
  /** A prompt without an answer for so long counts as ignored. */
  readonly promptLifetimeMs: number;
  /** An alert closes when nothing more was counted for so long. */
  readonly quietMs: number;
  /** At most so often is a human told that an open alert has grown. */
  readonly updateMs: number;
  /** How long after an attack, or a login at high risk, enrolment and recovery are held. */
  readonly aftermathMs: number;
  readonly campaign: CampaignRule;
}

/** How many subjects make a campaign: prompted in vain by one address or network, or under attack in one tenant. */
export interface CampaignRule {
  readonly source: number;
  readonly network: number;
  readonly tenant: number;
  readonly windowMs: number;
  readonly alert: AlertSeverity;
}

/** What it costs when a signal is unavailable: nothing more, points, or at least this outcome. */
export type UnavailableCost =
  | { readonly kind: 'keep' }
  | { readonly kind: 'points'; readonly points: number }
  | { readonly kind: 'outcome'; readonly outcome: 'step_up' | 'deny' };

/** A compiled policy: what the YAML says, checked, with every default filled in. */
export interface Policy {
  readonly name: string;
  /** `sha256:` of the file's text. */
  readonly version: string;
  readonly description: string;
  readonly appliesTo: {
    readonly tenants: readonly string[];
    readonly applications: readonly string[];
    readonly groups: readonly string[];
    readonly actions: readonly string[];
  };
  /** Score at which a level begins. */
  readonly bands: { readonly medium: number; readonly high: number };
  readonly detectors: DetectorSettings;
  readonly signals: readonly PolicySignal[];
  readonly rules: readonly Rule[];
  readonly decide: Readonly<Record<Level, OutcomeSpec>>;
  readonly limits: readonly Limit[];
  readonly pushLadder: PushLadder;
  readonly degraded: {
    /** Redis: history, counters, locks. Never cheaper than a step-up. */
    readonly state: 'step_up' | 'deny';
    readonly geo: UnavailableCost;
    readonly reputation: UnavailableCost;
  };
  /** Scored and logged, never enforced: the answer is allow, the decision stands in the record. */
  readonly shadow: boolean;
}
