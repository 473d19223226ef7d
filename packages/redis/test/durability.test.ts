import { randomBytes } from 'node:crypto';
import {
  askRedis,
  startRedisServer,
  startTcpProxy,
  type RedisServer,
  type TcpProxy,
} from '@stepgate/testing';
import {
  createRedisConnection,
  createRedisDurability,
  type RedisConnection,
  type RedisDurability,
} from '../src/index.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(60_000);

const budgetMs = 50;

const open = async (url: string, replicas: number) => {
  const connection = createRedisConnection({ url });
  await connection.waitUntilUp(5_000);
  const durability = createRedisDurability({
    url,
    secret: randomBytes(32),
    serverId: connection.serverId,
    expectedReplicas: () => replicas,
  });
  return { connection, durability };
};

const untilDurable = (durability: RedisDurability): Promise<void> =>
  waitFor('what is written is kept', () => durability.secured(500));

describe('what is written to a server without replicas', () => {
  let server: RedisServer;
  let connection: RedisConnection;
  let durability: RedisDurability;
  beforeAll(async () => {
    server = await startRedisServer({ persistent: true });
    ({ connection, durability } = await open(server.url, 0));
    await untilDurable(durability);
  });
  afterAll(async () => {
    durability.close();
    connection.close();
    await server.stop();
  });

  it('is kept by the append-only file, and not without one', async () => {
    await askRedis(server.port, (client) => client.config('SET', 'appendonly', 'no'));
    expect(await durability.secured(budgetMs)).toBe(false);
    await askRedis(server.port, (client) => client.config('SET', 'appendonly', 'yes'));
    await untilDurable(durability);
  });

  it('is asked about once for many who ask at the same time', async () => {
    const callsOf = async (): Promise<number> => {
      const stats = await askRedis(server.port, (client) => client.info('commandstats'));
      return Number(/cmdstat_info:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    const before = await callsOf();
    const answers = await Promise.all(Array.from({ length: 500 }, () => durability.secured(500)));
    expect(answers).toEqual(answers.map(() => true));
    expect((await callsOf()) - before).toBeLessThanOrEqual(10);
  });

  it('is not known to be kept after the server died, until the new one is known', async () => {
    await server.kill();
    expect(await durability.secured(budgetMs)).toBe(false);
    await server.restart();
    await untilDurable(durability);
  });

  it('is not known to be kept by a server that says so of itself but was not written to', async () => {
    const strange = createRedisDurability({
      url: server.url,
      secret: randomBytes(32),
      serverId: () => 'another run of another server',
      expectedReplicas: () => 0,
    });
    await untilDurable(durability);
    expect(await strange.secured(500)).toBe(false);
    strange.close();
  });
});

describe('what is written to a server with a replica', () => {
  let server: RedisServer;
  let replica: RedisServer;
  let proxy: TcpProxy;
  let connection: RedisConnection;
  let durability: RedisDurability;
  beforeAll(async () => {
    const quick = ['--repl-diskless-sync-delay', '0'];
    server = await startRedisServer({ persistent: true, args: quick });
    proxy = await startTcpProxy({ host: '127.0.0.1', port: server.port });
    const replicaof = `127.0.0.1 ${String(proxy.port)}`;
    replica = await startRedisServer({ args: ['--replicaof', replicaof] });
    ({ connection, durability } = await open(server.url, 1));
    await untilDurable(durability);
  });
  afterAll(async () => {
    durability.close();
    connection.close();
    await replica.stop();
    await proxy.close();
    await server.stop();
  });

  const timed = async (): Promise<{ readonly kept: boolean; readonly ms: number }> => {
    const startedAt = performance.now();
    return { kept: await durability.secured(budgetMs), ms: performance.now() - startedAt };
  };

  it('is not kept while the replica does not get it, which costs one wait and not one each', async () => {
    proxy.blackHole();
    const first = await timed();
    expect(first.kept).toBe(false);
    const later: { readonly kept: boolean; readonly ms: number }[] = [];
    for (let n = 0; n < 100; n += 1) later.push(await timed());
    expect(later.some(({ kept }) => kept)).toBe(false);
    expect(later.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThanOrEqual(budgetMs);
    await proxy.pass();
    await untilDurable(durability);
  });

  it('is not kept once the replica is gone', async () => {
    await replica.kill();
    await waitFor('the replica is missed', async () => !(await durability.secured(budgetMs)));
    await replica.restart();
    await untilDurable(durability);
  });
});
