import type { AlertOutbox, OutboxEntry } from '@stepgate/assessment';
import { alertIn } from './alert-text.js';
import type { RedisConnection } from './connection.js';
import { shardKey, shards } from './keys.js';
import { numberIn } from './reply.js';
import { createUndelivered } from './undelivered.js';

export interface AlertOutboxDeps {
  readonly connection: RedisConnection;
  /** Told of an entry that no engine of ours wrote; it is taken out, so that it blocks nothing. */
  readonly onForeignEntry?: (receipt: string) => void;
}

/** Null: not written by us, or by a version whose alerts are not known. */
const entryFrom = (shard: number, id: string, fields: readonly string[]): OutboxEntry | null => {
  const [name, text] = fields;
  if (name !== 'alert' || text === undefined) return null;
  try {
    const writtenAt = numberIn(id.split('-')[0]);
    return { receipt: `${String(shard)}:${id}`, alert: alertIn(text), writtenAt };
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
};

const shardAndId = (receipt: string): readonly [number, string] => {
  const [shard, id] = receipt.split(':');
  return [numberIn(shard), id ?? ''];
};

/** Entries of all shards; an entry stays until it is removed, so a relay that dies loses none. */
export const createRedisAlertOutbox = (deps: AlertOutboxDeps): AlertOutbox => {
  const take = async (receipts: readonly string[]): Promise<void> => {
    if (receipts.length === 0) return;
    await deps.connection.call('outbox_remove', undefined, ({ client }) =>
      Promise.all(
        receipts.map((receipt) => {
          const [shard, id] = shardAndId(receipt);
          return client.xdel(shardKey('outbox', shard), id);
        }),
      ),
    );
  };

  return {
    peek: async (limit) => {
      const streams = await deps.connection.call('outbox_peek', undefined, ({ client }) =>
        Promise.all(
          shards.map((shard) => client.xrange(shardKey('outbox', shard), '-', '+', 'COUNT', limit)),
        ),
      );
      const entries: OutboxEntry[] = [];
      const foreign: string[] = [];
      for (const [shard, stream] of streams.entries()) {
        for (const [id, fields] of stream) {
          const entry = entryFrom(shard, id, fields);
          if (entry === null) foreign.push(`${String(shard)}:${id}`);
          else entries.push(entry);
        }
      }
      for (const receipt of foreign) deps.onForeignEntry?.(receipt);
      await take(foreign);
      return entries.toSorted((a, b) => a.writtenAt - b.writtenAt).slice(0, limit);
    },
    remove: (entries) => take(entries.map(({ receipt }) => receipt)),
    ...createUndelivered(deps.connection),
  };
};
