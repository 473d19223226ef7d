import { randomUUID } from 'node:crypto';
import type { Durability } from '@stepgate/assessment';
import { Cluster, type Redis } from 'ioredis';
import { createClient } from './client.js';
import type { RedisEndpoint } from './endpoint.js';
import { createGroupCommit } from './group-commit.js';
import { createIdentifiers } from './identifiers.js';
import { keyOf, keyTable } from './keys.js';
import { isWritten, readInfo } from './redis-info.js';
import { trackServer } from './server-identity.js';

export interface DurabilityDeps extends RedisEndpoint {
  /** Of the deployment, see RedisStateDeps. */
  readonly secret: string | Uint8Array;
  /** Which server the connection that writes is connected to; null: to none, or it does not say. */
  readonly serverId: () => string | null;
  /** Replicas that must have a write before it counts as kept. */
  readonly expectedReplicas: () => number;
}

export interface RedisDurability extends Durability {
  close(): void;
}

/** The longest that one barrier may take, and the longest that anybody waits for one. */
const barrierMs = 500;
/** An fsync takes milliseconds. */
const writtenPauseMs = 2;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Waits until all is in the append-only file; false when there is none, or it takes too long. */
const untilWritten = async (client: Redis | Cluster): Promise<boolean> => {
  const startedAt = performance.now();
  for (;;) {
    const infos = await readInfo(client, 'persistence');
    if (infos.length > 0 && infos.every(isWritten)) return true;
    const isOn = infos.every((info) => info.get('aof_pending_bio_fsync') !== undefined);
    if (!isOn || performance.now() - startedAt > barrierMs) return false;
    await pause(writtenPauseMs);
  }
};

/**
 * WAIT is about the last write of its own connection, so the barrier writes something: all that the
 * server has acknowledged before lies before it in the replication stream.
 */
const untilReplicated = async (client: Redis, key: string, replicas: number): Promise<boolean> => {
  const [, reached] = await Promise.all([
    client.set(key, randomUUID(), 'PX', keyTable.barrier.ttlMs),
    client.wait(replicas, barrierMs),
  ]);
  return reached >= replicas;
};

/**
 * Says whether what was written is kept. On a connection of its own, since WAIT holds up all that
 * comes after it. In a Cluster with replicas it is always false: a barrier would have to pass on each
 * node.
 */
export const createRedisDurability = (deps: DurabilityDeps): RedisDurability => {
  const { client, close } = createClient(deps, 2 * barrierMs);
  const key = keyOf('barrier', 0, createIdentifiers(deps.secret).deployment());
  const ownServer = trackServer(client);
  // Told by the connection that writes, which has the same trouble.
  client.on('error', () => undefined);

  /** Answers with the server that has kept all that it acknowledged before; null: none. */
  const passBarrier = async (): Promise<string | null> => {
    const server = await ownServer.next();
    const replicas = deps.expectedReplicas();
    if (server === null || (replicas > 0 && client instanceof Cluster)) return null;
    if (!(await untilWritten(client))) return null;
    if (client instanceof Cluster || replicas === 0) return server;
    return (await untilReplicated(client, key, replicas)) ? server : null;
  };
  const commit = createGroupCommit(passBarrier);

  return {
    secured: async (budgetMs) => {
      // A primary that took over would pass the barrier, and never had the write.
      const wroteTo = deps.serverId();
      return wroteTo !== null && (await commit.join(Math.min(budgetMs, barrierMs))) === wroteTo;
    },
    close: () => {
      commit.close();
      close();
    },
  };
};
