import type { EventType, Instant, PushLadder, SubjectRef } from '@stepgate/engine';
import type { LearnedLogin } from '../learned-login.js';
import type { DevNow } from './attempt-store.js';

export interface EventRequest {
  readonly tenant: string;
  readonly subject: SubjectRef;
  readonly event: {
    readonly id: string;
    readonly type: EventType;
    readonly occurredAt: Instant | null;
  };
  /** Source of the event's attempt, for failures. */
  readonly address: string | null;
  /** The same source as a pseudonym, when only the decision is known. */
  readonly sourcePseudonym: string | null;
  readonly learn: LearnedLogin | null;
  readonly policyName: string;
  readonly ladder: PushLadder;
  /** Unanswered prompts before an approval that make it suspect; null = not watched. */
  readonly tiredApprovalAt: number | null;
  /** Travels with an alert, sealed at rest. */
  readonly alertContext: Readonly<Record<string, unknown>>;
  readonly now: DevNow;
}

export interface RecordedEvent {
  /** False: an event of this id was recorded before, and nothing was counted. */
  readonly fresh: boolean;
  /** Alerts that this event raised, already in the outbox. */
  readonly alerts: number;
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
