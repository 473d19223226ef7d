import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { createRedisConnection, createRedisState } from '../src/index.js';
import { startEmbeddedServer } from './embedded-server.js';
import { runMainFlow } from './main-flow.js';
import { testRedisUrl } from './redis-fixture.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(60_000);

const runAgainst = async (url: string | readonly string[], times: number): Promise<void> => {
  const connection = createRedisConnection({ url, commandTimeoutMs: 10_000 });
  try {
    expect(await connection.waitUntilUp(15_000)).toBe(true);
    const state = createRedisState({ connection, secret: randomBytes(32) });
    for (let n = 0; n < times; n += 1) await runMainFlow(state);
  } finally {
    connection.close();
  }
};

const slotsOf = (n: number, nodes: number): readonly string[] => {
  const share = Math.ceil(16_384 / nodes);
  const last = Math.min(16_383, (n + 1) * share - 1);
  return ['CLUSTER', 'ADDSLOTSRANGE', String(n * share), String(last)];
};

/** Three masters that know each other, without replicas. */
const formCluster = async (servers: readonly RedisServer[]): Promise<void> => {
  const clients = servers.map(({ url }) => new Redis(url));
  const first = servers[0]?.port ?? 0;
  for (const [n, client] of clients.entries()) {
    const [command = '', ...args] = slotsOf(n, clients.length);
    await client.call(command, ...args);
    await client.cluster('MEET', '127.0.0.1', first);
  }
  await waitFor(
    'all nodes agree',
    async () => {
      const infos = await Promise.all(clients.map((client) => client.cluster('INFO')));
      return infos.every(
        (info) => info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3'),
      );
    },
    20_000,
  );
  for (const client of clients) client.disconnect();
};

describe('the main flow', () => {
  it('runs on a Redis server', () => runAgainst(testRedisUrl(), 3));

  it('runs on the embedded server of the demo', async () => {
    const server = await startEmbeddedServer();
    try {
      await runAgainst(server.url, 1);
    } finally {
      await server.stop();
    }
  });

  it('runs on a Cluster of three, whatever slot a subject falls into', async () => {
    const options = { args: ['--cluster-enabled', 'yes'] };
    const servers = await Promise.all([1, 2, 3].map(() => startRedisServer(options)));
    try {
      await formCluster(servers);
      await runAgainst(
        servers.map(({ url }) => url),
        10,
      );
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});
