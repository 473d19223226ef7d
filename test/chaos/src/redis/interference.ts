import { setTimeout as delay } from 'node:timers/promises';
import { askRedis } from '@stepgate/testing';

/** Something that happens again and again while the work is done; errors of it are its own. */
export const meanwhile = async <T>(
  everyMs: number,
  interfere: () => unknown,
  work: () => Promise<T>,
): Promise<T> => {
  const state = { done: false };
  const again = async (): Promise<void> => {
    while (!state.done) {
      await Promise.resolve(interfere()).catch(() => undefined);
      await delay(everyMs);
    }
  };
  const interference = again();
  try {
    return await work();
  } finally {
    state.done = true;
    await interference;
  }
};

export const flushScripts = (port: number): Promise<unknown> =>
  askRedis(port, (client) => client.script('FLUSH', 'SYNC'));

/** Of everybody but the one who asks. */
export const killClients = (port: number): Promise<unknown> =>
  askRedis(port, (client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));

/** How many attempts each limit has counted, in ascending order. */
export const limitCounts = (port: number): Promise<number[]> =>
  askRedis(port, async (client) => {
    const counts: number[] = [];
    let cursor = '0';
    do {
      const [next, keys] = await client.scan(cursor, 'MATCH', 'sg:v1:limit:*', 'COUNT', 1_000);
      cursor = next;
      for (const key of keys) counts.push(await client.zcard(key));
    } while (cursor !== '0');
    return counts.toSorted((a, b) => a - b);
  });
