import type { Instant, Limit, Lock, PushActivity, PushLadder, SubjectRef } from '@stepgate/engine';
import type {
  LimitUsage,
  SourceVelocity,
  SubjectHistory,
  TraitCounts,
  WindowCounts,
} from '@stepgate/engine';
import type { DecisionRecord } from '../decision-record.js';
import type { LoginTraits } from '../login-traits.js';
import type { Pseudonyms } from '../pseudonyms.js';

/** What the scripts need to know of the policy: its windows, its limits, its ladder. */
export interface CountingRules {
  readonly subjectFailuresWindowMs: number;
  readonly sourceFailuresWindowMs: number;
  readonly sourceSubjectsWindowMs: number;
  readonly subjectSourcesWindowMs: number;
  readonly blockSubjectsWindowMs: number;
  readonly networkSubjectsWindowMs: number;
  readonly limits: readonly Limit[];
  readonly ladder: PushLadder;
  /** How long before an approval unanswered prompts make it suspect. */
  readonly tiredWindowMs: number;
  /** Part of the key of a limit, so that two policies with a limit of one name do not share it. */
  readonly policyName: string;
}

/** Time from outside, in dev mode only; null: the store's own clock decides. */
export type DevNow = Instant | null;

export interface AdmissionRequest {
  readonly tenant: string;
  readonly subject: SubjectRef;
  /** Source of the attempt: a canonical address; the store folds IPv6 to its /64. */
  readonly address: string | null;
  readonly deviceId: string | null;
  /** How the device looks, see fingerprintOf; the store keeps a short hash. */
  readonly fingerprint: string | null;
  readonly traits: LoginTraits;
  /** The caller's idempotency: same id, same body, same answer. */
  readonly attempt: { readonly id: string; readonly bodyHash: string } | null;
  readonly counting: CountingRules;
  readonly now: DevNow;
  /** Time left to answer; without it, the store's own limit for a call. */
  readonly budgetMs?: number;
}

/** State of the subject and the source, read in the round trip that counted the attempt. */
export interface SubjectState {
  readonly history: SubjectHistory;
  /** The attempt's traits among the subject's own logins. */
  readonly ownTraits: TraitCounts;
  readonly subjectFailures: WindowCounts;
  readonly subjectSources: WindowCounts;
  readonly source: SourceVelocity | null;
  readonly push: PushActivity;
  readonly limits: readonly LimitUsage[];
  readonly lock: Lock | null;
  readonly credentialBreachedAt: Instant | null;
  readonly accountRiskAt: Instant | null;
}

export type Admission =
  | {
      readonly kind: 'admitted';
      /** UUID v7; the same one for every copy of one attempt. */
      readonly decisionId: string;
      /** The instant of this decision, by the store's clock. */
      readonly at: Instant;
      readonly pseudonyms: Pseudonyms;
      readonly state: SubjectState;
    }
  /** This attempt was answered before: the same answer is given again. */
  | { readonly kind: 'replayed'; readonly record: DecisionRecord }
  /** The attempt id was used with another body. */
  | { readonly kind: 'conflict' };

/**
 * Everything that one decision reads and counts, in one pipelined round trip.
 *
 * @throws StateUnavailableError when the store does not answer in time; nothing is counted later.
 */
export interface AttemptStore {
  admitAttempt(request: AdmissionRequest): Promise<Admission>;
  /** Pseudonyms without a round trip, for the log line of a decision made without state. */
  pseudonymsOf(
    request: Pick<AdmissionRequest, 'tenant' | 'subject' | 'address' | 'deviceId'> & {
      /** Null: they are not asked for. */
      readonly traits: LoginTraits | null;
      readonly fingerprint?: string | null;
    },
  ): Pseudonyms;
  /** A fresh decision id for an answer that is not recorded. */
  newDecisionId(tenant: string, subject: SubjectRef): string;
}
