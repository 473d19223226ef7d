import {
  alertKinds,
  type AlertOutbox,
  type OutboxEntry,
  type SealedAlert,
} from '@stepgate/assessment';
import { alertSeverities } from '@stepgate/engine';
import type { RedisConnection } from './connection.js';
import { outboxKey, shardCount } from './keys.js';
import { numberIn } from './reply.js';

export interface AlertOutboxDeps {
  readonly connection: RedisConnection;
  /** Told of an entry that no engine of ours wrote; it is taken out, so that it blocks nothing. */
  readonly onForeignEntry?: (receipt: string) => void;
}

const shards = Array.from({ length: shardCount }, (_, shard) => shard);

const pick = <T extends string>(allowed: readonly T[], value: string | undefined): T => {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new TypeError('a field of an alert has an unknown value');
  return found;
};

const alertIn = (flat: readonly string[]): SealedAlert => {
  const fields = new Map<string, string>();
  for (let n = 0; n + 1 < flat.length; n += 2) fields.set(flat[n] ?? '', flat[n + 1] ?? '');
  const text = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new TypeError(`an alert has no ${name}`);
    return value;
  };
  return {
    id: text('id'),
    kind: pick(alertKinds, fields.get('kind')),
    severity: pick(alertSeverities, fields.get('severity')),
    tenant: text('tenant'),
    policy: text('policy'),
    count: numberIn(text('count')),
    windowMs: numberIn(text('window_ms')),
    since: numberIn(text('since')),
    at: numberIn(text('at')),
    sealed: text('sealed'),
  };
};

/** Null: not written by us, or by a version whose alerts are not known. */
const entryFrom = (shard: number, id: string, fields: readonly string[]): OutboxEntry | null => {
  try {
    const writtenAt = numberIn(id.split('-')[0]);
    return { receipt: `${String(shard)}:${id}`, alert: alertIn(fields), writtenAt };
  } catch (error) {
    if (error instanceof TypeError) return null;
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
          return client.xdel(outboxKey(shard), id);
        }),
      ),
    );
  };

  return {
    peek: async (limit) => {
      const streams = await deps.connection.call('outbox_peek', undefined, ({ client }) =>
        Promise.all(
          shards.map((shard) => client.xrange(outboxKey(shard), '-', '+', 'COUNT', limit)),
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
  };
};
