import type { Authenticator } from './attempt.js';
import type { SignalName } from './evidence.js';
import type { Finding } from './findings.js';
import type { Level, Outcome } from './policy.js';

/** What must be done before the login may go on. */
export interface StepUp {
  /** What the policy allows and the subject has, best first. */
  readonly authenticators: readonly Authenticator[];
  readonly forbidden: readonly Authenticator[];
  /** RFC 9470, in order of preference; one suffices. */
  readonly acrValues: readonly string[];
  readonly numberMatching: boolean;
  /** Seconds since the last active authentication (RFC 9470); 0 = now. */
  readonly maxAge: number;
  /** Nothing that the subject has will do: enrol first; nothing weaker is offered. */
  readonly enrolmentRequired: boolean;
}

/** The verdict of one rule or signal of the policy, in the order of the walk. */
export interface RuleVerdict {
  readonly kind: 'signal' | 'rule' | 'level' | 'limit' | 'rung' | 'lock' | 'aftermath' | 'degraded';
  readonly name: string;
  readonly met: boolean;
  readonly cause?: string;
}

export interface Decision {
  readonly outcome: Outcome;
  readonly score: number;
  readonly level: Level;
  readonly findings: readonly Finding[];
  readonly stepUp: StepUp | null;
  /** What set the base outcome: a rule's name, or `level:<level>`. */
  readonly rule: string;
  /** Which parts could not be read. */
  readonly degraded: readonly SignalName[];
}

export interface ExplainedDecision {
  readonly decision: Decision;
  readonly verdicts: readonly RuleVerdict[];
}
