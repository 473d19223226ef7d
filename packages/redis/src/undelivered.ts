import { hash } from 'node:crypto';
import type { AlertOutbox, SealedAlert } from '@stepgate/assessment';
import type { Instant } from '@stepgate/engine';
import { alertIn } from './alert-text.js';
import type { RedisConnection } from './connection.js';
import { shardCount, shardKey, shards } from './keys.js';

type Undelivered = Pick<AlertOutbox, 'hold' | 'overdue' | 'settle' | 'heldState'>;

interface Held {
  readonly heldAt: Instant;
  readonly alert: SealedAlert;
}

const keyFor = (id: string): string =>
  shardKey('undelivered', (hash('sha256', id, 'buffer')[0] ?? 0) % shardCount);

/** `<milliseconds> <alert as JSON>`; null for what we did not write. */
const heldIn = (text: string): Held | null => {
  const space = text.indexOf(' ');
  const heldAt = Number(text.slice(0, space));
  try {
    return Number.isFinite(heldAt) ? { heldAt, alert: alertIn(text.slice(space + 1)) } : null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
};

/** Messages on their way from the outbox to their sinks: what the queue holds must be among them. */
export const createUndelivered = (connection: RedisConnection): Undelivered => {
  const readAll = async (): Promise<readonly Held[]> => {
    const all = await connection.call('undelivered_read', undefined, ({ client }) =>
      Promise.all(shards.map((shard) => client.hvals(shardKey('undelivered', shard)))),
    );
    return all
      .flat()
      .map(heldIn)
      .filter((held) => held !== null);
  };
  return {
    hold: async (alerts, now) => {
      if (alerts.length === 0) return;
      await connection.call('undelivered_hold', undefined, ({ client }) =>
        Promise.all(
          // The first time counts: what is held again has waited since then.
          alerts.map((alert) =>
            client.hsetnx(keyFor(alert.id), alert.id, `${String(now)} ${JSON.stringify(alert)}`),
          ),
        ),
      );
    },
    overdue: async ({ now, ageMs, limit }) => {
      const held = await readAll();
      return held
        .filter(({ heldAt }) => now - heldAt >= ageMs)
        .toSorted((a, b) => a.heldAt - b.heldAt)
        .slice(0, limit)
        .map(({ alert }) => alert);
    },
    settle: async (id) => {
      await connection.call('undelivered_settle', undefined, ({ client }) =>
        client.hdel(keyFor(id), id),
      );
    },
    heldState: async () => {
      const held = await readAll();
      const oldestAt = Math.min(...held.map(({ heldAt }) => heldAt));
      return { count: held.length, oldestAt: held.length === 0 ? null : oldestAt };
    },
  };
};
