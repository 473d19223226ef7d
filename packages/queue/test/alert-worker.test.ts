import type { Destination } from '../src/index.js';
import { useQueues } from './queue-fixture.js';
import { alertNamed, delivered, failed, sinkNamed, until } from './samples.js';

const fixture = useQueues();

/** Waits until the signal ends it. */
const hang: Destination['deliver'] = (_alert, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve({ kind: 'retry', cause: 'aborted', retryAfterMs: null });
    });
  });

describe('alert worker', () => {
  it('delivers each message once, however often it must be tried', async () => {
    const tries: string[] = [];
    const webhook = sinkNamed('webhook', {
      deliver: async ({ id }, { attempt }) => {
        tries.push(`${id}#${String(attempt)}`);
        return attempt < 3 ? failed : delivered;
      },
    });
    const { queue, told, ages } = await fixture.workerFor([webhook]);
    await queue.enqueue(alertNamed('a-1', { at: Date.now() - 60_000 }), 'webhook');
    await until(async () => (await queue.counts('webhook')).completed === 1);
    expect(ages).toHaveLength(1);
    expect(Math.floor((ages[0] ?? 0) / 10)).toBe(6);
    expect(tries).toEqual(['a-1#1', 'a-1#2', 'a-1#3']);
    expect(told.filter((line) => line.startsWith('webhook '))).toEqual([
      'webhook retried',
      'webhook retried',
      'webhook delivered',
    ]);
  });

  it('refuses a copy of a message that was delivered already', async () => {
    const webhook = sinkNamed('webhook');
    const { queue } = await fixture.workerFor([webhook]);
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).completed === 1);
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await queue.enqueue(alertNamed('a-2'), 'webhook');
    await until(async () => (await queue.counts('webhook')).completed === 2);
    expect(webhook.taken).toEqual(['a-1', 'a-2']);
  });

  it('delivers to every sink by its own schedule, whatever becomes of the others', async () => {
    const quick = sinkNamed('quick');
    const broken = sinkNamed('broken', { deliver: async () => failed, retryDelaysMs: [20] });
    const { queue } = await fixture.workerFor([quick, broken]);
    for (const { name } of [quick, broken]) await queue.enqueue(alertNamed('a-1'), name);
    await until(async () => (await queue.counts('broken')).failed === 1);
    await until(async () => (await queue.counts('quick')).completed === 1);
    const [dead] = await fixture.stored('broken').getFailed();
    expect([dead?.attemptsMade, dead?.failedReason]).toEqual([2, 'HTTP 500']);
    expect(quick.taken).toEqual(['a-1']);
  });

  it('keeps delivering to the others while one sink hangs with all its hands full', async () => {
    const hanging = sinkNamed('hanging', { deliver: hang, concurrency: 2 });
    const quick = sinkNamed('quick', { concurrency: 1 });
    const { queue } = await fixture.workerFor([hanging, quick]);
    for (let n = 0; n < 20; n += 1) await queue.enqueue(alertNamed(`a-${String(n)}`), 'hanging');
    await until(async () => (await queue.counts('hanging')).active === 2);
    for (let n = 0; n < 50; n += 1) await queue.enqueue(alertNamed(`b-${String(n)}`), 'quick');
    await until(async () => (await queue.counts('quick')).completed === 50);
    expect(await queue.counts('hanging')).toMatchObject({ active: 2, waiting: 18 });
  });

  it('files poison jobs with the dead letters and delivers the others', async () => {
    const webhook = sinkNamed('webhook');
    const { queue, told } = await fixture.workerFor([webhook]);
    const stored = fixture.stored('webhook');
    await stored.add('alert', 'poison', { jobId: 'p-1' });
    await stored.add(
      'alert',
      { alert: alertNamed('x'), sink: 'webhook' },
      { jobId: 'p-2', attempts: 9 },
    );
    await stored.add('alert', { alert: alertNamed('p-3'), sink: 'siem' }, { jobId: 'p-3' });
    await queue.enqueue(alertNamed('acme:alice'), 'webhook');
    for (let n = 0; n < 200; n += 1) await queue.enqueue(alertNamed(`a-${String(n)}`), 'webhook');
    await until(async () => (await queue.counts('webhook')).completed === 200);
    const causes = (await stored.getFailed()).map(({ failedReason }) => failedReason);
    expect(causes).toEqual(Array.from({ length: 4 }, () => 'malformed job'));
    await until(() => told.filter((line) => line === 'none malformed').length === 4);
    expect(new Set(webhook.taken).size).toBe(200);
    expect(webhook.taken).not.toContain('x');
  });

  it('gives up a message that a sink refuses for good, and no other', async () => {
    const webhook = sinkNamed('webhook', {
      deliver: async ({ id }) => (id === 'gone' ? { kind: 'dead', cause: 'HTTP 410' } : delivered),
    });
    const { queue, told } = await fixture.workerFor([webhook]);
    await queue.enqueue(alertNamed('gone'), 'webhook');
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).failed === 1);
    await until(async () => (await queue.counts('webhook')).completed === 1);
    const [dead] = await fixture.stored('webhook').getFailed();
    expect([dead?.id, dead?.attemptsMade, dead?.failedReason]).toEqual(['gone', 1, 'HTTP 410']);
    await until(() => told.includes('webhook dead'));
  });

  it('waits as long as the receiver asks', async () => {
    const at: number[] = [];
    const webhook = sinkNamed('webhook', {
      deliver: async (_alert, { attempt }) => {
        at.push(Date.now());
        return attempt === 1 ? { kind: 'retry', cause: 'HTTP 429', retryAfterMs: 700 } : delivered;
      },
    });
    const { queue } = await fixture.workerFor([webhook]);
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).completed === 1);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(690);
  });

  it('puts a message off without using up a try while the sink rests', async () => {
    const attempts: number[] = [];
    let resting = true;
    const webhook = sinkNamed('webhook', {
      retryDelaysMs: [],
      deliver: async (_alert, { attempt }) => {
        attempts.push(attempt);
        return resting ? { kind: 'deferred', cause: 'circuit open', retryAfterMs: 30 } : delivered;
      },
    });
    const { queue, told } = await fixture.workerFor([webhook]);
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(() => attempts.length >= 5);
    resting = false;
    await until(async () => (await queue.counts('webhook')).completed === 1);
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect(told.filter((line) => line.startsWith('webhook '))).toEqual(['webhook delivered']);
  });

  it('tries again after a bug in delivery, and keeps what was thrown out of Redis', async () => {
    const webhook = sinkNamed('webhook', {
      deliver: async ({ tenant }, { attempt }) => {
        if (attempt === 1) throw new Error(`planted ${tenant}`);
        return delivered;
      },
    });
    const { queue, told } = await fixture.workerFor([webhook]);
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).completed === 1);
    expect(told).toContain('delivery failed');
    const job = await fixture.redis.hgetall('{stepgate}:alerts-webhook:a-1');
    expect(job).toHaveProperty('finishedOn');
    expect(JSON.stringify(job)).not.toContain('planted');
  });

  it('takes a delivery that never ends for a failed one', async () => {
    let begun = 0;
    const webhook = sinkNamed('webhook', {
      deliver: (_alert, { attempt }) => {
        begun += 1;
        return attempt === 1 ? new Promise(() => undefined) : Promise.resolve(delivered);
      },
      concurrency: 1,
    });
    const { queue, told } = await fixture.workerFor([webhook], { deliveryLimitMs: 100 });
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).completed === 1);
    expect(begun).toBe(2);
    expect(told).toContain('webhook retried');
  });

  it('settles a message when the last of its sinks has ended with it', async () => {
    const { outbox } = fixture;
    let release: () => void = () => undefined;
    const slow = sinkNamed('slow', {
      deliver: () =>
        new Promise((resolve) => {
          release = () => {
            resolve({ kind: 'dead', cause: 'HTTP 410' });
          };
        }),
    });
    const other = sinkNamed('other', { accepts: ({ severity }) => severity === 'critical' });
    const sinks = [sinkNamed('quick'), slow, other];
    const { queue } = await fixture.workerFor(sinks);
    await outbox.hold([alertNamed('a-1')], Date.now());
    for (const name of ['quick', 'slow']) await queue.enqueue(alertNamed('a-1'), name);
    await until(async () => (await queue.counts('quick')).completed === 1);
    await until(async () => (await queue.counts('slow')).active === 1);
    expect((await outbox.heldState()).count).toBe(1);
    release();
    await until(async () => (await outbox.heldState()).count === 0);
  });

  it('tells the jobs of all sinks in one figure each', async () => {
    const sinks = [
      sinkNamed('one'),
      sinkNamed('two'),
      sinkNamed('three', { deliver: async () => ({ kind: 'dead', cause: 'HTTP 410' }) }),
    ];
    const { queue, jobs, worker } = await fixture.workerFor(sinks);
    for (const { name } of sinks) await queue.enqueue(alertNamed('a-1'), name);
    await until(() => jobs.at(-1)?.['completed'] === 2 && jobs.at(-1)?.['failed'] === 1);
    expect(jobs.at(-1)).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 1, completed: 2 });
    expect(worker.state()).toEqual({ ok: true, detail: 'jobs move' });
  });
});

describe('a sink that is no longer configured', () => {
  const goneAfterMs = 300;

  it('gives its jobs to the dead letters, waiting and delayed ones, and says why', async () => {
    const before = await fixture.workerFor([sinkNamed('old')]);
    await until(async () => (await before.queue.registry.all()).includes('old'));
    await before.worker.stop(1_000);
    await before.queue.enqueue(alertNamed('a-1'), 'old');
    const stored = fixture.stored('old');
    const later = { alert: alertNamed('a-2'), sink: 'old' };
    await stored.add('alert', later, { jobId: 'a-2', delay: 600_000 });
    const { told } = await fixture.workerFor([sinkNamed('new')], { goneAfterMs });
    await until(async () => (await before.queue.counts('old')).failed === 2);
    expect((await stored.getFailed()).map(({ failedReason }) => failedReason)).toEqual([
      'the sink is no longer configured',
      'the sink is no longer configured',
    ]);
    await until(() => told.filter((line) => line === 'old dead').length === 2);
  });

  it('is forgotten once nothing is left of its jobs', async () => {
    const { queue } = await fixture.workerFor([sinkNamed('new')], { goneAfterMs });
    await queue.registry.note(['old'], 1);
    await until(async () => (await queue.registry.all()).join() === 'new');
  });

  it('keeps its jobs while a worker of another configuration serves it', async () => {
    const slow = sinkNamed('other', { deliver: hang, concurrency: 1 });
    const { queue } = await fixture.workerFor([slow]);
    const { told, jobs } = await fixture.workerFor([sinkNamed('webhook')], { goneAfterMs: 100 });
    await queue.enqueue(alertNamed('a-1'), 'other');
    await queue.enqueue(alertNamed('a-2'), 'other');
    await until(() => jobs.length > 10);
    expect(await queue.counts('other')).toMatchObject({ active: 1, waiting: 1, failed: 0 });
    expect(told).not.toContain('other dead');
  });
});

describe('stopping an alert worker', () => {
  it('puts a message back, and another worker delivers it at once', async () => {
    const hanging = sinkNamed('webhook', { deliver: hang });
    const { worker, queue } = await fixture.workerFor([hanging]);
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).active === 1);
    const startedAt = Date.now();
    await worker.stop(300);
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    expect((await queue.counts('webhook')).waiting).toBe(1);
    const attempts: number[] = [];
    await fixture.workerFor([
      sinkNamed('webhook', {
        deliver: async (_alert, { attempt }) => {
          attempts.push(attempt);
          return delivered;
        },
      }),
    ]);
    await until(async () => (await queue.counts('webhook')).completed === 1);
    expect(attempts).toEqual([1]);
  });

  it('lets a delivery finish that ends within the drain time', async () => {
    let release: () => void = () => undefined;
    const webhook = sinkNamed('webhook', {
      deliver: () =>
        new Promise((resolve) => {
          release = () => {
            resolve(delivered);
          };
        }),
    });
    const { worker, queue } = await fixture.workerFor([webhook]);
    await fixture.outbox.hold([alertNamed('a-1')], Date.now());
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).active === 1);
    const stopped = worker.stop(5_000);
    release();
    await stopped;
    expect((await queue.counts('webhook')).completed).toBe(1);
    expect((await fixture.outbox.heldState()).count).toBe(0);
  });

  it('puts back, a moment after the drain time, what a sink holds that heeds no signal', async () => {
    const deaf = sinkNamed('webhook', { deliver: () => new Promise(() => undefined) });
    const { worker, queue } = await fixture.workerFor([deaf]);
    await queue.enqueue(alertNamed('a-1'), 'webhook');
    await until(async () => (await queue.counts('webhook')).active === 1);
    const startedAt = Date.now();
    await worker.stop(200);
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    expect((await queue.counts('webhook')).waiting).toBe(1);
  });
});
