import type { AlertOutbox } from '@stepgate/assessment';
import {
  createReconciler,
  createSettlement,
  type AlertQueue,
  type Destination,
} from '../src/index.js';
import { useQueues } from './queue-fixture.js';
import { alertNamed, createRecorder, delivered, failed, sinkNamed, until } from './samples.js';

const fixture = useQueues();
const minute = 60_000;
const now = 10 * minute;

const reconcilerFor = (
  queue: AlertQueue,
  sinks: readonly Destination[],
  outbox: AlertOutbox = fixture.outbox,
) => {
  const recorder = createRecorder();
  const settlement = createSettlement({ outbox, queue, sinks });
  const options = { outbox, queue, settlement, clock: () => now, ...recorder };
  return { ...createReconciler(options), ...recorder };
};

describe('reconciler', () => {
  it('enqueues again what the queue lost, at the sinks that lost it only', async () => {
    const sinks = [sinkNamed('webhook'), sinkNamed('siem')];
    const queue = await fixture.queueFor(...sinks);
    const alert = alertNamed('a-1');
    await fixture.outbox.hold([alert], now - 2 * minute);
    await queue.enqueue(alert, 'siem');
    const { reconcileOnce, told } = reconcilerFor(queue, sinks);
    expect(await reconcileOnce()).toEqual({ settled: 0, enqueued: 1 });
    expect((await queue.counts('webhook')).waiting).toBe(1);
    expect((await queue.counts('siem')).waiting).toBe(1);
    expect(told).toContain('jobs that the queue had lost were made again');
    expect(await reconcileOnce()).toEqual({ settled: 0, enqueued: 0 });
  });

  it('makes a job anew of which only a remnant is left', async () => {
    const sinks = [sinkNamed('webhook')];
    const queue = await fixture.queueFor(...sinks);
    const alert = alertNamed('a-1');
    await fixture.outbox.hold([alert], 0);
    await queue.enqueue(alert, 'webhook');
    await fixture.redis.del('{stepgate}:alerts-webhook:wait');
    expect(await reconcilerFor(queue, sinks).reconcileOnce()).toMatchObject({ enqueued: 1 });
    expect((await queue.counts('webhook')).waiting).toBe(1);
  });

  it('leaves messages alone that are on their ordinary way', async () => {
    const sinks = [sinkNamed('webhook')];
    const queue = await fixture.queueFor(...sinks);
    await fixture.outbox.hold([alertNamed('a-1')], now - minute + 1);
    expect(await reconcilerFor(queue, sinks).reconcileOnce()).toEqual({ settled: 0, enqueued: 0 });
    expect((await fixture.outbox.heldState()).count).toBe(1);
  });

  it('settles what has ended everywhere: delivered here, given up there', async () => {
    const sinks = [
      sinkNamed('webhook'),
      sinkNamed('siem', { deliver: async () => ({ kind: 'dead', cause: 'HTTP 410' }) }),
    ];
    const cannotSettle = { settleIfEnded: () => Promise.reject(new Error('away')) };
    const { queue } = await fixture.workerFor(sinks, { settlement: cannotSettle });
    const alert = alertNamed('a-1');
    await fixture.outbox.hold([alert], 0);
    for (const { name } of sinks) await queue.enqueue(alert, name);
    await until(async () => (await queue.counts('webhook')).completed === 1);
    await until(async () => (await queue.counts('siem')).failed === 1);
    expect((await fixture.outbox.heldState()).count).toBe(1);
    expect(await reconcilerFor(queue, sinks).reconcileOnce()).toEqual({ settled: 1, enqueued: 0 });
    expect((await fixture.outbox.heldState()).count).toBe(0);
  });

  it('does not deliver again where a message was delivered so long ago that its job is gone', async () => {
    const webhook = sinkNamed('webhook');
    const sinks = [
      webhook,
      sinkNamed('siem', { deliver: async () => failed, retryDelaysMs: [minute] }),
    ];
    const { queue } = await fixture.workerFor(sinks);
    const alert = alertNamed('a-1');
    await fixture.outbox.hold([alert], 0);
    for (const { name } of sinks) await queue.enqueue(alert, name);
    await until(async () => (await queue.counts('webhook')).completed === 1);
    await until(async () => (await queue.counts('siem')).delayed === 1);
    await fixture.stored('webhook').clean(0, 10, 'completed');
    expect(await reconcilerFor(queue, sinks).reconcileOnce()).toEqual({ settled: 0, enqueued: 0 });
    expect(webhook.taken).toEqual(['a-1']);
  });

  it('settles and counts what no sink accepts any more', async () => {
    const sinks = [sinkNamed('webhook', { accepts: () => false })];
    const queue = await fixture.queueFor(...sinks);
    await fixture.outbox.hold([alertNamed('a-1')], 0);
    const { reconcileOnce, told } = reconcilerFor(queue, sinks);
    expect(await reconcileOnce()).toEqual({ settled: 1, enqueued: 0 });
    expect(told).toContain('none unwanted');
  });

  it('settles a malformed alert once it lies with the dead letters', async () => {
    const sinks = [sinkNamed('webhook')];
    const { queue } = await fixture.workerFor(sinks);
    await fixture.outbox.hold([alertNamed('acme:alice')], 0);
    const { reconcileOnce } = reconcilerFor(queue, sinks);
    expect(await reconcileOnce()).toEqual({ settled: 0, enqueued: 1 });
    await until(async () => (await queue.counts('webhook')).failed === 1);
    expect(await reconcileOnce()).toEqual({ settled: 1, enqueued: 0 });
  });

  it('tells how many messages are undelivered and how old the oldest is', async () => {
    const sinks = [sinkNamed('webhook')];
    const queue = await fixture.queueFor(...sinks);
    const { reconcileOnce, undelivered } = reconcilerFor(queue, sinks);
    await reconcileOnce();
    await fixture.outbox.hold([alertNamed('a-1')], now - 90_000);
    await fixture.outbox.hold([alertNamed('a-2')], now - 5_000);
    await reconcileOnce();
    expect(undelivered).toEqual([
      [0, 0],
      [2, 90],
    ]);
  });

  it('comes to every message in time, however many wait before it', async () => {
    const sinks = [sinkNamed('webhook')];
    const queue = await fixture.queueFor(...sinks);
    const alerts = Array.from({ length: 1_050 }, (_, n) => alertNamed(`a-${String(n)}`));
    await fixture.outbox.hold(alerts, 0);
    const { reconcileOnce } = reconcilerFor(queue, sinks);
    expect(await reconcileOnce()).toEqual({ settled: 0, enqueued: 1_000 });
    expect(await reconcileOnce()).toEqual({ settled: 0, enqueued: 50 });
    expect(await reconcileOnce()).toEqual({ settled: 0, enqueued: 0 });
    expect((await queue.counts('webhook')).waiting).toBe(1_050);
  });

  it('keeps running while Redis fails, and tells it once', async () => {
    const sinks = [sinkNamed('webhook', { deliver: async () => delivered })];
    const queue = await fixture.queueFor(...sinks);
    const recorder = createRecorder();
    const { outbox } = fixture;
    let away = true;
    let looks = 0;
    const reconciler = createReconciler({
      outbox: {
        ...outbox,
        overdue: (asked) => {
          looks += 1;
          return away ? Promise.reject(new Error('away')) : outbox.overdue(asked);
        },
      },
      queue,
      settlement: createSettlement({ outbox, queue, sinks }),
      intervalMs: 20,
      ...recorder,
    });
    await outbox.hold([alertNamed('a-1')], 0);
    reconciler.start();
    await until(() => looks > 3);
    away = false;
    await until(async () => (await queue.counts('webhook')).waiting === 1);
    await reconciler.stop();
    expect(recorder.told.filter((line) => line.startsWith('undelivered'))).toHaveLength(1);
  });
});
