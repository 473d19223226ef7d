import type { AlertOutbox } from '@stepgate/assessment';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createAlertQueue, createOutboxRelay, type AlertQueue } from '../src/index.js';
import { alertNamed, createListOutbox, createRecorder, until } from './samples.js';

let server: RedisServer;
let redis: Redis;
let queue: AlertQueue;
let stored: Queue;

beforeAll(async () => {
  server = await startRedisServer();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = createAlertQueue({ url: server.url });
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
afterAll(async () => {
  await stored.close();
  await queue.close();
  redis.disconnect();
  await server.stop();
});

const relayFor = (outbox: AlertOutbox, recorder = createRecorder()) =>
  createOutboxRelay({ outbox, queue, intervalMs: 20, ...recorder });

describe('outbox relay', () => {
  it('moves alerts from the outbox to the queue under their own ids', async () => {
    const outbox = createListOutbox(redis);
    await outbox.write(alertNamed('a-1'));
    await outbox.write(alertNamed('a-2'));
    expect(await relayFor(outbox).drainOnce()).toBe(2);
    expect(await outbox.peek(10)).toEqual([]);
    const jobs = await stored.getJobs(['waiting']);
    expect(jobs.map(({ id }) => id).sort()).toEqual(['a-1', 'a-2']);
    expect(jobs[0]?.opts).toMatchObject({ attempts: 10, removeOnComplete: { age: 86_400 } });
  });

  it('makes one job of an alert that many relays see at once', async () => {
    const outbox = createListOutbox(redis);
    for (let n = 0; n < 50; n += 1) await outbox.write(alertNamed(`a-${String(n)}`));
    const relays = [relayFor(outbox), relayFor(outbox), relayFor(outbox)];
    await Promise.all(relays.map((relay) => relay.drainOnce()));
    expect(await outbox.peek(100)).toEqual([]);
    expect((await queue.counts()).waiting).toBe(50);
  });

  it('makes one job when it dies between enqueueing and removing', async () => {
    const outbox = createListOutbox(redis);
    await outbox.write(alertNamed('a-1'));
    const dying = relayFor({ ...outbox, remove: () => Promise.reject(new Error('killed')) });
    await expect(dying.drainOnce()).rejects.toThrow('killed');
    expect(await relayFor(outbox).drainOnce()).toBe(1);
    expect((await queue.counts()).waiting).toBe(1);
  });

  it('is not blocked by an alert whose id the queue would refuse', async () => {
    const outbox = createListOutbox(redis);
    await outbox.write(alertNamed('acme:alice'));
    await outbox.write(alertNamed('42'));
    await outbox.write(alertNamed('a-1'));
    expect(await relayFor(outbox).drainOnce()).toBe(3);
    expect((await queue.counts()).waiting).toBe(3);
  });

  it('tells how long the oldest alert has waited', async () => {
    const outbox = createListOutbox(redis);
    const recorder = createRecorder();
    const options = { outbox, queue, clock: () => 100_000, ...recorder };
    await outbox.write(alertNamed('a-1'), 70_000);
    await outbox.write(alertNamed('a-2'), 90_000);
    const relay = createOutboxRelay(options);
    await relay.drainOnce();
    await relay.drainOnce();
    expect(recorder.lags).toEqual([30, 0]);
  });

  it('keeps running while the outbox fails, tells it once, and drains afterwards', async () => {
    const outbox = createListOutbox(redis);
    const recorder = createRecorder();
    let away = true;
    let looks = 0;
    const relay = relayFor(
      {
        ...outbox,
        peek: (limit) => {
          looks += 1;
          return away ? Promise.reject(new Error('away')) : outbox.peek(limit);
        },
      },
      recorder,
    );
    await outbox.write(alertNamed('a-1'));
    relay.start();
    await until(() => looks > 3);
    expect(Math.max(...recorder.lags)).toBeGreaterThan(0);
    away = false;
    await until(async () => (await queue.counts()).waiting === 1);
    await until(() => recorder.told.length === 2);
    await relay.stop();
    expect(recorder.told).toEqual(['relaying failed', 'the outbox drains again']);
  });

  it('leaves in the outbox what the queue did not take', async () => {
    const outbox = createListOutbox(redis);
    await outbox.write(alertNamed('a-1'));
    await outbox.write(alertNamed('a-2'));
    const half = {
      enqueue: (alert: { id: string }) =>
        alert.id === 'a-1' ? Promise.reject(new Error('full')) : Promise.resolve(),
    };
    const relay = createOutboxRelay({ outbox, queue: half, ...createRecorder() });
    await expect(relay.drainOnce()).rejects.toThrow('full');
    expect((await outbox.peek(10)).map(({ alert }) => alert.id)).toEqual(['a-1']);
  });
});
