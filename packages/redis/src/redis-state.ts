import type {
  AlertOutbox,
  AlertReviews,
  AlertSeal,
  AttemptStore,
  DecisionStore,
  EventStore,
  SubjectStore,
} from '@stepgate/assessment';
import { createRedisAlertOutbox } from './alert-outbox.js';
import { createRedisAlertReviews } from './alert-reviews.js';
import { createAlertSeal } from './alert-seal.js';
import { createRedisAttemptStore } from './attempt-store.js';
import type { RedisConnection } from './connection.js';
import { createRedisDecisionStore, findRedisDecision } from './decision-store.js';
import { createRedisEventStore } from './event-store.js';
import { createIdentifiers } from './identifiers.js';
import { createRedisSubjectStore } from './subject-store.js';

export interface RedisState {
  readonly attempts: AttemptStore;
  readonly decisions: DecisionStore;
  readonly events: EventStore;
  readonly subjects: SubjectStore;
  readonly outbox: AlertOutbox;
  readonly reviews: AlertReviews;
  readonly seal: AlertSeal;
}

export interface RedisStateDeps {
  readonly connection: RedisConnection;
  /**
   * Secret of the deployment, at least 32 bytes, kept apart from Redis: it is what makes the
   * pseudonyms pseudonymous. Another secret means another, empty, state.
   */
  readonly secret: string | Uint8Array;
  readonly onForeignEntry?: (receipt: string) => void;
}

const leastSecretBytes = 32;

/**
 * All ports over one connection.
 *
 * @throws RangeError when the secret is too short.
 */
export const createRedisState = (deps: RedisStateDeps): RedisState => {
  if (Buffer.byteLength(deps.secret) < leastSecretBytes) {
    throw new RangeError(`the secret must have at least ${String(leastSecretBytes)} bytes`);
  }
  const stores = { connection: deps.connection, identifiers: createIdentifiers(deps.secret) };
  const seal = createAlertSeal(deps.secret);
  return {
    attempts: createRedisAttemptStore({ ...stores, findDecision: findRedisDecision(stores) }),
    decisions: createRedisDecisionStore(stores),
    events: createRedisEventStore({ ...stores, seal }),
    subjects: createRedisSubjectStore(stores),
    outbox: createRedisAlertOutbox(deps),
    reviews: createRedisAlertReviews(stores),
    seal,
  };
};
