import { startCluster, startReplicated } from '@stepgate/testing';
import { createAlertQueue, createAlertWorker, type AlertQueueOptions } from '../src/index.js';
import { alertNamed, createRecorder, sinkNamed, until } from './samples.js';

jest.setTimeout(90_000);

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const startScene = (endpoint: Omit<AlertQueueOptions, 'sinks'>) => {
  const sink = sinkNamed('webhook');
  const queue = createAlertQueue({ ...endpoint, sinks: [sink] });
  const worker = createAlertWorker({
    ...endpoint,
    queue,
    sinks: [sink],
    settlement: { settleIfEnded: () => Promise.resolve() },
    watch: { everyMs: 100, stuckAfterMs: 5_000 },
    ...createRecorder(),
  });
  worker.start();
  ends.push(
    () => queue.close(),
    () => worker.stop(500),
  );
  const enqueue = (id: string): Promise<boolean> =>
    queue.enqueue(alertNamed(id), 'webhook').then(
      () => true,
      () => false,
    );
  return { enqueue, delivered: sink.taken };
};

describe('the queues of alerts', () => {
  it('run on a Cluster: all of their keys share a slot', async () => {
    const cluster = await startCluster();
    ends.push(() => cluster.stop());
    const { enqueue, delivered } = startScene({ url: cluster.urls });
    await until(() => enqueue('first'));
    for (let n = 0; n < 20; n += 1) expect(await enqueue(`next-${String(n)}`)).toBe(true);
    await until(() => new Set(delivered).size === 21);
    expect(delivered).toHaveLength(21);
  });

  it('follow the primary that sentinels name, with what waits in them', async () => {
    const redis = await startReplicated({ sentinels: 3 });
    ends.push(() => redis.stop());
    const { enqueue, delivered } = startScene({
      url: redis.primary.url,
      sentinels: {
        addresses: redis.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
        primary: redis.primaryName,
      },
    });
    await until(() => enqueue('before'));
    await until(() => delivered.includes('before'));
    await redis.waitForReplica();
    await redis.primary.kill();
    await until(() => enqueue('after'));
    await until(() => delivered.includes('after'));
    expect(delivered).toEqual(['before', 'after']);
  });
});
