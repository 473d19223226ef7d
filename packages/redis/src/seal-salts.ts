import { randomBytes } from 'node:crypto';
import type { CallBudget, RedisConnection } from './connection.js';
import type { Identifiers, Identity } from './identifiers.js';
import { keyOf, keyTable, shardCount } from './keys.js';

/** What a subject's alerts are sealed with, beside the secret of the deployment. */
export interface SealSalt {
  /** Where it is kept, as it stands in what was sealed: says nothing of whose it is. */
  readonly place: string;
  readonly salt: string;
}

export interface SealSalts {
  /** Made when there is none; kept for as long as anything sealed with it may lie about. */
  of(subject: Identity, budget: CallBudget): Promise<SealSalt>;
  /** By place; one that is gone is missing. @throws StateUnavailableError */
  read(places: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Beside the subject's own keys, so that one script forgets them all. */
export const saltKeyOf = (identifiers: Identifiers, { shard, hash }: Identity): string =>
  keyOf('seal', shard, identifiers.seal(hash));

const placeOf = (identifiers: Identifiers, { shard, hash }: Identity): string =>
  shard.toString(16).padStart(2, '0') + identifiers.seal(hash);

const wellFormed = /^([0-3][0-9a-f])([\w-]{22})$/;

/** Null: not one of ours. What stands in a job of the queue may have been written by anybody. */
const keyAt = (place: string): string | null => {
  const [, shard = '', handle = ''] = wellFormed.exec(place) ?? [];
  const number = Number.parseInt(shard, 16);
  return number < shardCount ? keyOf('seal', number, handle) : null;
};

export const createSealSalts = ({
  connection,
  identifiers,
}: {
  readonly connection: RedisConnection;
  readonly identifiers: Identifiers;
}): SealSalts => ({
  of: async (subject, budget) => {
    const key = saltKeyOf(identifiers, subject);
    const fresh = randomBytes(16).toString('base64url');
    const { ttlMs } = keyTable.seal;
    const salt = await connection.call('seal_salt', budget, async ({ client }) => {
      const made = client.set(key, fresh, 'PX', ttlMs, 'NX');
      const kept = client.pexpire(key, ttlMs);
      const [, , found] = await Promise.all([made, kept, client.get(key)]);
      return found;
    });
    return { place: placeOf(identifiers, subject), salt: salt ?? fresh };
  },
  read: async (places) => {
    const keys = places.map((place) => [place, keyAt(place)] as const);
    const salts = await connection.call('seal_salts', undefined, ({ client }) =>
      Promise.all(keys.map(([, key]) => (key === null ? Promise.resolve(null) : client.get(key)))),
    );
    const found = new Map<string, string>();
    for (const [n, [place]] of keys.entries()) {
      const salt = salts[n] ?? null;
      if (salt !== null) found.set(place, salt);
    }
    return found;
  },
});
