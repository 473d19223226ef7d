import { createRedisAlertOutbox } from './alert-outbox.js';
import { createRedisAlertReviews } from './alert-reviews.js';
import { createAlertSeal } from './alert-seal.js';
import { createRedisAttemptStore } from './attempt-store.js';
import type { RedisConnection } from './connection.js';
import { createRedisDecisionStore, findRedisDecision } from './decision-store.js';
import { createRedisEventStore } from './event-store.js';
import { guardConnection } from './guarded-connection.js';
import { createIdentifiers, hashOfPseudonym, identityOfHash } from './identifiers.js';
import { markersOf } from './instance.js';
import { createRedisNonceStore } from './nonce-store.js';
import { rotateState } from './rotation.js';
import type { RedisState } from './redis-ports.js';
import { createSealSalts } from './seal-salts.js';
import type { StoreDeps } from './store-deps.js';
import { createRedisSubjectStore, viewIdentity } from './subject-store.js';

export interface RedisStateDeps {
  readonly connection: RedisConnection;
  /**
   * Secret of the deployment, at least 32 bytes, kept apart from Redis: it is what makes the
   * pseudonyms pseudonymous. Another secret means another, empty, state.
   */
  readonly secret: string | Uint8Array;
  /** The secret before this one: while it is given, what is kept under it counts as well. */
  readonly previousSecret?: string | Uint8Array | undefined;
  readonly onForeignEntry?: (receipt: string) => void;
  /** Told with every call that found the state gone, see initialiseState. */
  readonly onEmptied?: () => void;
}

const leastSecretBytes = 32;

const openStores = (deps: RedisStateDeps, secret: string | Uint8Array): StoreDeps => {
  if (Buffer.byteLength(secret) < leastSecretBytes) {
    throw new RangeError(`the secret must have at least ${String(leastSecretBytes)} bytes`);
  }
  return {
    connection: guardConnection(deps.connection, markersOf(secret), deps.onEmptied),
    identifiers: createIdentifiers(secret),
  };
};

type Seal = ReturnType<typeof createAlertSeal>;

const stateOver = (deps: RedisStateDeps, stores: StoreDeps, seal: Seal): RedisState => {
  const salts = createSealSalts({ ...deps, identifiers: stores.identifiers });
  return {
    attempts: createRedisAttemptStore({ ...stores, findDecision: findRedisDecision(stores) }),
    decisions: createRedisDecisionStore(stores),
    events: createRedisEventStore({ ...stores, seal, salts }),
    subjects: createRedisSubjectStore(stores),
    outbox: createRedisAlertOutbox(deps),
    reviews: createRedisAlertReviews(stores),
    seal,
    nonces: createRedisNonceStore(stores),
  };
};

/**
 * All ports over one connection.
 *
 * @throws RangeError when a secret is too short.
 */
export const createRedisState = (deps: RedisStateDeps): RedisState => {
  const { secret, previousSecret } = deps;
  const stores = openStores(deps, secret);
  const readSalts = createSealSalts({ ...deps, identifiers: stores.identifiers }).read;
  const seal = createAlertSeal(secret, readSalts);
  const current = stateOver(deps, stores, seal);
  if (previousSecret === undefined) return current;
  const earlier = openStores(deps, previousSecret);
  return rotateState({
    current,
    // What it raises from now on is sealed under the current secret, and outlives the overlap.
    previous: {
      ...stateOver(deps, earlier, seal),
      seal: createAlertSeal(previousSecret, readSalts),
    },
    viewPrevious: ({ pseudonym, ...asked }) =>
      viewIdentity(earlier, identityOfHash(hashOfPseudonym(pseudonym)), asked),
  });
};
