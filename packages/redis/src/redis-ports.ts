import type {
  AlertOutbox,
  AlertReviews,
  AlertSeal,
  AttemptStore,
  DecisionStore,
  EventStore,
  NonceStore,
  SubjectStore,
} from '@stepgate/assessment';

/** Every port of the use cases that Redis implements. */
export interface RedisState {
  readonly attempts: AttemptStore;
  readonly decisions: DecisionStore;
  readonly events: EventStore;
  readonly subjects: SubjectStore;
  readonly outbox: AlertOutbox;
  readonly reviews: AlertReviews;
  readonly seal: AlertSeal;
  readonly nonces: NonceStore;
}
