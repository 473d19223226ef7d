import type { Instant, Lock, PushActivity, SubjectRef } from '@stepgate/engine';
import type { DecisionRecord } from '../decision-record.js';
import type { CountingRules, DevNow } from './attempt-store.js';

export interface OpenDecision {
  readonly record: DecisionRecord;
  readonly at: Instant;
  readonly push: PushActivity;
  readonly lock: Lock | null;
  /** Changes with every event that could change the verdict; the settlement is refused when stale. */
  readonly guardVersion: number;
}

export type Settlement =
  /** The step-up is accepted and the decision used up: at most one caller ever gets this. */
  | 'consumed'
  /** Recorded, still open (a wrong authenticator, a tightened requirement). */
  | 'kept_open'
  | 'already_consumed'
  | 'expired'
  | 'missing'
  /** Something happened to the subject since it was read: read and judge again. */
  | 'stale';

export interface SettlementRequest {
  readonly tenant: string;
  readonly decisionId: string;
  readonly guardVersion: number;
  /** Replaces the stored record. */
  readonly record: DecisionRecord;
  /** allow and deny use the decision up; step_up keeps it open and counts a failed step-up. */
  readonly outcome: 'allow' | 'step_up' | 'deny';
  /** How long enrolment and recovery are to be watched after it; 0: the login is not at high risk. */
  readonly riskMs: number;
  readonly now: DevNow;
}

/** @throws StateUnavailableError on every method. */
export interface DecisionStore {
  /** First writer wins: every copy of one attempt gets the record that was stored first. */
  recordDecision(request: {
    readonly tenant: string;
    readonly subject: SubjectRef;
    readonly record: DecisionRecord;
    readonly attempt: { readonly id: string; readonly bodyHash: string } | null;
    /** Time left to answer; without it, the store's own limit for a call. */
    readonly budgetMs?: number;
  }): Promise<DecisionRecord>;
  findDecision(tenant: string, decisionId: string): Promise<DecisionRecord | null>;
  /** Record, prompts and lock in one read. */
  openDecision(request: {
    readonly tenant: string;
    readonly decisionId: string;
    readonly counting: CountingRules;
    readonly now: DevNow;
  }): Promise<OpenDecision | null>;
  settleDecision(request: SettlementRequest): Promise<Settlement>;
}
