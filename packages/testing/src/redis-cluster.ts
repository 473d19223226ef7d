import { waitUntil } from '@stepgate/cli';
import { askRedis } from './redis-replicated.js';
import { freePort, startRedisServer, type RedisServer } from './redis-server.js';

export interface RedisCluster {
  /** Primaries without replicas, each with a third of the slots. */
  readonly nodes: readonly RedisServer[];
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

const slots = 16_384;
const size = 3;
const agreeWithinMs = 20_000;

const startNode = async (args: readonly string[]): Promise<readonly [RedisServer, number]> => {
  // Ten thousand above the port, as by default, may be no port at all.
  const bus = await freePort();
  const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(bus)];
  return [await startRedisServer({ args: [...settings, ...args] }), bus];
};

const agrees = (node: RedisServer): Promise<boolean> =>
  askRedis(node.port, (client) => client.cluster('INFO')).then(
    (info) =>
      info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${String(size)}`),
    () => false,
  );

const join = async (nodes: readonly RedisServer[], firstBus: number): Promise<void> => {
  const share = Math.ceil(slots / size);
  const [first] = nodes;
  for (const [n, node] of nodes.entries()) {
    const last = Math.min(slots - 1, (n + 1) * share - 1);
    await askRedis(node.port, async (client) => {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', n * share, last);
      if (first !== undefined && node !== first) {
        await client.call('CLUSTER', 'MEET', '127.0.0.1', first.port, firstBus);
      }
    });
  }
  for (const node of nodes) {
    await waitUntil(() => agrees(node), {
      timeoutMs: agreeWithinMs,
      what: () => 'the nodes did not form a cluster',
    });
  }
};

/**
 * Three primaries on loopback that share the slots.
 *
 * @param args for each node, e.g. `['--cluster-require-full-coverage', 'no']`.
 * @throws Error when they do not agree in time; nothing is left running then.
 */
export const startCluster = async (args: readonly string[] = []): Promise<RedisCluster> => {
  const started: (readonly [RedisServer, number])[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(([node]) => node.stop()));
  };
  try {
    while (started.length < size) started.push(await startNode(args));
    const nodes = started.map(([node]) => node);
    await join(nodes, started[0]?.[1] ?? 0);
    return { nodes, urls: nodes.map(({ url }) => url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
