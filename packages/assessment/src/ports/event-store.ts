import type { EventType, Instant, PushLadder, SubjectRef } from '@stepgate/engine';
import type { LearnedLogin } from '../learned-login.js';
import type { Pseudonyms } from '../pseudonyms.js';
import type { DevNow } from './attempt-store.js';

/** What the store needs to know of a policy to judge push prompts as it counts them. */
export interface FatigueRules {
  readonly policyName: string;
  readonly ladder: PushLadder;
  /** Unanswered prompts before an approval that make it suspect; null = not watched. */
  readonly tiredApprovalAt: number | null;
  readonly tiredWindowMs: number;
}

/** Where a prompt, or the login that it was for, came from. */
export interface PromptOrigin {
  readonly address: string | null;
  /** The same source as a pseudonym, when only the decision is known. */
  readonly sourcePseudonym: string | null;
  readonly devicePseudonym: string | null;
  readonly country: string | null;
  readonly asn: number | null;
}

export interface EventRequest {
  readonly tenant: string;
  /** Named by the caller, or by the pseudonym in the record of a decision. */
  readonly subject: SubjectRef | { readonly pseudonym: string };
  readonly event: {
    readonly id: string;
    readonly type: EventType;
    readonly occurredAt: Instant | null;
    /** Which prompt an answer is for, where the caller knows; any text of its own. */
    readonly promptId: string | null;
  };
  readonly origin: PromptOrigin;
  readonly learn: LearnedLogin | null;
  /** What was learnt from this time on is taken back. */
  readonly forgetSince: Instant | null;
  /** A login that went on at high risk and was proven by nothing phishing-resistant. */
  readonly risky: boolean;
  readonly rules: FatigueRules;
  readonly now: DevNow;
  /** Of subject, source and device, under the secret before this one. */
  readonly earlier?: Pseudonyms['earlier'];
}

export interface RecordedEvent {
  /** False: an event of this id was recorded before, and nothing was counted. */
  readonly fresh: boolean;
  /** Alerts that this event opened, already in the outbox. */
  readonly alerts: number;
  /** `at` of the highest rung of the ladder that was not reached before; null: none. */
  readonly rung: number | null;
}

/**
 * Counts an event and writes the outbox entry of the alert that it raises, in one atomic step.
 *
 * @throws StateUnavailableError when the store does not answer in time; the caller may retry the
 * same event id, which counts once.
 */
export interface EventStore {
  recordEvent(request: EventRequest): Promise<RecordedEvent>;
}
