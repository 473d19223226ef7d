import type { NonceStore } from '@stepgate/assessment';
import { keyOf } from './keys.js';
import type { StoreDeps } from './store-deps.js';

/** One `SET NX` decides over all engines; the key is a keyed hash, so that it tells of no caller. */
export const createRedisNonceStore = ({ connection, identifiers }: StoreDeps): NonceStore => ({
  claimNonce: async ({ tenant, caller, nonce, lifetimeMs }) => {
    const { shard, hash } = identifiers.nonce(tenant, caller, nonce);
    const key = keyOf('nonce', shard, hash);
    const lives = Math.max(1, Math.ceil(lifetimeMs));
    // Where the nonces are gone, whatever was signed could be sent again.
    const [answer] = await connection.call('claim_nonce', undefined, (session) =>
      Promise.all([session.client.set(key, '1', 'PX', lives, 'NX'), session.confirm(shard)]),
    );
    return answer === 'OK';
  },
});
