import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import {
  createAlertQueue,
  createAlertWorker,
  type AlertQueue,
  type AlertWorker,
  type AlertWorkerOptions,
  type DeliverAlert,
} from '../src/index.js';
import { alertNamed, createRecorder, until } from './samples.js';

let server: RedisServer;
let redis: Redis;
let queue: AlertQueue;
let stored: Queue;
const workers: AlertWorker[] = [];
const retryDelaysMs = [50, 50, 50];

beforeAll(async () => {
  server = await startRedisServer();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = createAlertQueue({ url: server.url, retryDelaysMs });
  stored = new Queue('alerts', { connection: redis, prefix: '{stepgate}' });
  await until(async () =>
    queue.counts().then(
      () => true,
      () => false,
    ),
  );
});
beforeEach(async () => {
  await redis.flushall();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(1_000)));
});
afterAll(async () => {
  await stored.close();
  await queue.close();
  redis.disconnect();
  await server.stop();
});

const start = (deliver: DeliverAlert, changes: Partial<AlertWorkerOptions> = {}) => {
  const recorder = createRecorder();
  const worker = createAlertWorker({
    url: server.url,
    queue,
    deliver,
    retryDelaysMs,
    watch: { everyMs: 50, stuckAfterMs: 5_000 },
    ...recorder,
    ...changes,
  });
  workers.push(worker);
  worker.start();
  return { worker, ...recorder };
};

describe('alert worker', () => {
  it('delivers each alert and counts it once, however often it is tried', async () => {
    const tries: string[] = [];
    const { told } = start((alert, { attempt }) => {
      tries.push(`${alert.id}#${String(attempt)}`);
      return Promise.resolve(
        attempt < 3
          ? { kind: 'retry', cause: 'HTTP 500', retryAfterMs: null }
          : { kind: 'delivered' },
      );
    });
    await queue.enqueue(alertNamed('a-1'));
    await until(async () => (await queue.counts()).completed === 1);
    expect(tries).toEqual(['a-1#1', 'a-1#2', 'a-1#3']);
    expect(told.filter((line) => line.startsWith('alert push'))).toEqual([
      'alert push_fatigue high',
    ]);
  });

  it('refuses a copy of an alert that was delivered already', async () => {
    let deliveries = 0;
    start(() => {
      deliveries += 1;
      return Promise.resolve({ kind: 'delivered' });
    });
    await queue.enqueue(alertNamed('a-1'));
    await until(async () => (await queue.counts()).completed === 1);
    await queue.enqueue(alertNamed('a-1'));
    await queue.enqueue(alertNamed('a-2'));
    await until(async () => (await queue.counts()).completed === 2);
    expect(deliveries).toBe(2);
  });

  it('files poison jobs with the dead letters and delivers the others', async () => {
    const delivered = new Set<string>();
    const { told } = start((alert) => {
      delivered.add(alert.id);
      return Promise.resolve({ kind: 'delivered' });
    });
    await stored.add('alert', 'poison', { jobId: 'p-1' });
    await stored.add(
      'alert',
      { alert: alertNamed('other'), delivered: [] },
      { jobId: 'p-2', attempts: 9 },
    );
    await queue.enqueue(alertNamed('acme:alice'));
    for (let n = 0; n < 200; n += 1) await queue.enqueue(alertNamed(`a-${String(n)}`));
    await until(async () => (await queue.counts()).completed === 200);
    const failed = await stored.getFailed();
    expect(failed).toHaveLength(3);
    expect(new Set(failed.map(({ failedReason }) => failedReason))).toEqual(
      new Set(['malformed job']),
    );
    expect(told.filter((line) => line === 'none malformed')).toHaveLength(3);
    expect(delivered.size).toBe(200);
    expect(delivered.has('other')).toBe(false);
  });

  it('keeps an alert as a dead letter when its tries are used up or it is refused for good', async () => {
    start((alert) =>
      Promise.resolve(
        alert.id === 'gone'
          ? { kind: 'dead', cause: 'HTTP 410' }
          : { kind: 'retry', cause: 'HTTP 500', retryAfterMs: null },
      ),
    );
    await queue.enqueue(alertNamed('gone'));
    await queue.enqueue(alertNamed('a-1'));
    await until(async () => (await queue.counts()).failed === 2);
    const failed = await stored.getFailed();
    const summary = failed.map(({ id, attemptsMade, failedReason }) => [
      id,
      attemptsMade,
      failedReason,
    ]);
    expect(summary.sort()).toEqual([
      ['a-1', 4, 'HTTP 500'],
      ['gone', 1, 'HTTP 410'],
    ]);
  });

  it('waits as long as the receiver asks', async () => {
    const at: number[] = [];
    start((_alert, { attempt }) => {
      at.push(Date.now());
      return Promise.resolve(
        attempt === 1
          ? { kind: 'retry', cause: 'HTTP 429', retryAfterMs: 700 }
          : { kind: 'delivered' },
      );
    });
    await queue.enqueue(alertNamed('a-1'));
    await until(async () => (await queue.counts()).completed === 1);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(690);
  });

  it('remembers over a retry which sinks have the alert', async () => {
    const seen: string[][] = [];
    start(async (_alert, { delivered, markDelivered }) => {
      seen.push([...delivered]);
      if (delivered.has('stdout')) return { kind: 'delivered' };
      await markDelivered('stdout');
      return { kind: 'retry', cause: 'HTTP 500', retryAfterMs: null };
    });
    await queue.enqueue(alertNamed('a-1'));
    await until(async () => (await queue.counts()).completed === 1);
    expect(seen).toEqual([[], ['stdout']]);
  });

  it('tries again after a bug in delivery, and keeps what was thrown out of Redis', async () => {
    const { told } = start((alert, { attempt }) => {
      if (attempt === 1) throw new Error(`planted ${alert.tenant}`);
      return Promise.resolve({ kind: 'delivered' });
    });
    await queue.enqueue(alertNamed('a-1'));
    await until(async () => (await queue.counts()).completed === 1);
    expect(told).toContain('delivery failed');
    const job: Record<string, string> = await redis.hgetall('{stepgate}:alerts:a-1');
    expect(JSON.stringify(job)).not.toContain('planted');
  });

  it('puts an alert back when it is stopped, and another worker delivers it at once', async () => {
    let begun = false;
    const { worker } = start((_alert, { signal }) => {
      begun = true;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve({ kind: 'retry', cause: 'aborted', retryAfterMs: null });
        });
      });
    });
    await queue.enqueue(alertNamed('a-1'));
    await until(() => begun);
    const startedAt = Date.now();
    await worker.stop(300);
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    expect((await queue.counts()).waiting).toBe(1);
    let attempts = 0;
    start((_alert, { attempt }) => {
      attempts = attempt;
      return Promise.resolve({ kind: 'delivered' });
    });
    await until(async () => (await queue.counts()).completed === 1);
    expect(attempts).toBe(1);
  });

  it('finishes a delivery that ends within the drain time', async () => {
    let begun = false;
    const { worker } = start(async () => {
      begun = true;
      await until(() => Date.now() > startedAt + 300);
      return { kind: 'delivered' };
    });
    const startedAt = Date.now();
    await queue.enqueue(alertNamed('a-1'));
    await until(() => begun);
    await worker.stop(5_000);
    expect((await queue.counts()).completed).toBe(1);
  });
});
