import { Redis } from 'ioredis';
import { waitUntil } from '@stepgate/cli';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer, type RedisServer } from './redis-server.js';

export interface ReplicatedOptions {
  /** How many watch over the two and make the replica the primary when they agree; none unless given. */
  readonly sentinels?: number;
  /** For primary and replica, e.g. `['--appendonly', 'yes']`. */
  readonly args?: readonly string[];
  /**
   * Told the primary's port; answers with the port of what stands before it, e.g. a proxy: only the
   * replica's link goes there, so that the link alone can be cut.
   */
  readonly linkThrough?: (primaryPort: number) => Promise<number>;
  /** Silence after which a sentinel takes the primary for dead. */
  readonly downAfterMs?: number;
}

export interface Replicated {
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  readonly sentinels: readonly RedisServer[];
  /** The name under which the sentinels know the primary. */
  readonly primaryName: string;
  /** What an engine or a worker must be told to ask the sentinels. */
  readonly env: Readonly<Record<string, string>>;
  /** Port of the primary by the word of the sentinels. */
  currentPrimaryPort(): Promise<number>;
  /** Resolves once the replica has an intact link to a primary. */
  waitForReplica(): Promise<void>;
  stop(): Promise<void>;
}

const primaryName = 'mymaster';
const settleWithinMs = 20_000;

/** One question on a connection of its own; rejects at once when nobody is there. */
export const askRedis = async <T>(
  port: number,
  question: (client: Redis) => Promise<T>,
): Promise<T> => {
  const client = new Redis(port, '127.0.0.1', {
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
    commandTimeout: 2_000,
    enableReadyCheck: false,
  });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
};

const fieldsOf = (answer: unknown): ReadonlyMap<string, string> => {
  const list = Array.isArray(answer) ? answer.map(String) : [];
  return new Map(list.flatMap((text, n) => (n % 2 === 0 ? [[text, list[n + 1] ?? '']] : [])));
};

const isLinked = (port: number): Promise<boolean> =>
  askRedis(port, (client) => client.info('replication')).then(
    (text) => text.includes('master_link_status:up') && !text.includes('master_sync_in_progress:1'),
    () => false,
  );

/** Sees the primary, its replica and the other sentinels: from then on it can carry a failover. */
const seesAll = (port: number, sentinels: number): Promise<boolean> =>
  askRedis(port, (client) => client.call('SENTINEL', 'MASTER', primaryName)).then(
    (answer) => {
      const fields = fieldsOf(answer);
      return (
        fields.get('flags') === 'master' &&
        fields.get('num-slaves') === '1' &&
        fields.get('num-other-sentinels') === String(sentinels - 1)
      );
    },
    () => false,
  );

const startSentinel = async (
  file: string,
  { primaryPort, quorum, downAfterMs }: Record<'primaryPort' | 'quorum' | 'downAfterMs', number>,
): Promise<RedisServer> => {
  const settings = [
    `sentinel monitor ${primaryName} 127.0.0.1 ${String(primaryPort)} ${String(quorum)}`,
    `sentinel down-after-milliseconds ${primaryName} ${String(downAfterMs)}`,
    // Also the time after which a replica is told to leave a proxy and to link to the primary itself.
    `sentinel failover-timeout ${primaryName} 180000`,
  ];
  await writeFile(file, `${settings.join('\n')}\n`);
  return startRedisServer({ configuration: file, args: ['--sentinel'] });
};

const startPair = async (options: ReplicatedOptions, ends: (() => Promise<void>)[]) => {
  const { args = [], linkThrough = (port: number) => Promise.resolve(port) } = options;
  const start = async (further: readonly string[]): Promise<RedisServer> => {
    // At once, as a failover cannot wait for the second that Redis waits for further replicas.
    const quick = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
    const server = await startRedisServer({ args: [...quick, ...args, ...further] });
    ends.push(() => server.stop());
    return server;
  };
  const primary = await start([]);
  const linkPort = await linkThrough(primary.port);
  const replica = await start(['--replicaof', `127.0.0.1 ${String(linkPort)}`]);
  return { primary, replica };
};

const startSentinels = async (
  { sentinels: count = 0, downAfterMs = 500 }: ReplicatedOptions,
  primaryPort: number,
  ends: (() => Promise<void>)[],
): Promise<readonly RedisServer[]> => {
  if (count === 0) return [];
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-sentinels-'));
  ends.push(() => rm(directory, { recursive: true, force: true }));
  const quorum = Math.floor(count / 2) + 1;
  const sentinels: RedisServer[] = [];
  for (let n = 0; n < count; n += 1) {
    const file = join(directory, `sentinel-${String(n)}.conf`);
    const sentinel = await startSentinel(file, { primaryPort, quorum, downAfterMs });
    ends.push(() => sentinel.stop());
    sentinels.push(sentinel);
  }
  for (const { port } of sentinels) {
    await waitUntil(() => seesAll(port, count), {
      timeoutMs: settleWithinMs,
      what: () => 'the sentinels did not find each other',
    });
  }
  return sentinels;
};

const primaryPortOf = async (sentinels: readonly RedisServer[]): Promise<number> => {
  for (const { port } of sentinels) {
    const answer = await askRedis(port, (client) =>
      client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', primaryName),
    ).catch(() => null);
    if (Array.isArray(answer)) return Number(answer[1]);
  }
  throw new Error('no sentinel knows a primary');
};

/** In the reverse order of their start. */
const stopAll = async (ends: (() => Promise<void>)[]): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end();
};

/**
 * A primary with one replica, on loopback, and sentinels if asked for; in sync when it resolves.
 *
 * @throws Error when they do not come up and agree in time; nothing is left running then.
 */
export const startReplicated = async (options: ReplicatedOptions = {}): Promise<Replicated> => {
  const ends: (() => Promise<void>)[] = [];
  try {
    const { primary, replica } = await startPair(options, ends);
    const waitForReplica = (): Promise<void> =>
      waitUntil(() => isLinked(replica.port), {
        timeoutMs: settleWithinMs,
        what: () => 'the replica has no link',
      });
    await waitForReplica();
    const sentinels = await startSentinels(options, primary.port, ends);
    const addresses = sentinels.map(({ port }) => `127.0.0.1:${String(port)}`).join(',');
    return {
      primary,
      replica,
      sentinels,
      primaryName,
      env: {
        STEPGATE_REDIS_URL: primary.url,
        ...(addresses === '' ? {} : { STEPGATE_REDIS_SENTINELS: addresses }),
        ...(addresses === '' ? {} : { STEPGATE_REDIS_SENTINEL_PRIMARY: primaryName }),
      },
      currentPrimaryPort: () => primaryPortOf(sentinels),
      waitForReplica,
      stop: () => stopAll(ends),
    };
  } catch (error) {
    await stopAll(ends);
    throw error;
  }
};
