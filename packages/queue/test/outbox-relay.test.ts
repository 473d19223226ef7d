import type { AlertOutbox } from '@stepgate/assessment';
import { createOutboxRelay, type AlertQueue, type OutboxRelayOptions } from '../src/index.js';
import { useQueues } from './queue-fixture.js';
import { alertNamed, createRecorder, messageOf, sinkNamed, until } from './samples.js';

const fixture = useQueues();
const webhook = sinkNamed('webhook');
const siem = sinkNamed('siem', { accepts: ({ severity }) => severity === 'critical' });
let queue: AlertQueue;

beforeEach(async () => {
  queue = await fixture.queueFor(webhook, siem);
});

const relayFor = (outbox: AlertOutbox, changes: Partial<OutboxRelayOptions> = {}) =>
  createOutboxRelay({
    outbox,
    queue,
    sinks: [webhook, siem],
    intervalMs: 20,
    settleMs: 0,
    ...createRecorder(),
    ...changes,
  });
const idsIn = async (sink: string): Promise<string[]> =>
  (await fixture.stored(sink).getJobs(['waiting'])).map(({ id }) => id ?? '').sort();

describe('outbox relay', () => {
  it('moves alerts to the queue of each sink that accepts them, and holds them as undelivered', async () => {
    const { outbox } = fixture;
    await outbox.write(alertNamed('a-1'));
    await outbox.write(alertNamed('a-2', { severity: 'critical' }));
    expect(await relayFor(outbox).drainOnce()).toBe(2);
    expect(await outbox.peek(10)).toEqual([]);
    expect(await idsIn('webhook')).toEqual(['a-1', 'a-2']);
    expect(await idsIn('siem')).toEqual(['a-2']);
    expect((await outbox.heldState()).count).toBe(2);
    const [job] = await fixture.stored('siem').getJobs(['waiting']);
    expect(job?.data).toEqual({ alert: alertNamed('a-2', { severity: 'critical' }), sink: 'siem' });
    expect(job?.opts).toMatchObject({ attempts: 4, removeOnComplete: { age: 86_400 } });
  });

  it('makes one message of a burst and leaves the next one for later', async () => {
    const { outbox } = fixture;
    await outbox.write(messageOf('a', 1, { phase: 'opened' }), 10_000);
    await outbox.write(messageOf('a', 2, { phase: 'escalated', severity: 'critical' }), 10_400);
    await outbox.write(messageOf('a', 3), 11_500);
    let now = 10_999;
    const recorder = createRecorder();
    const relay = relayFor(outbox, { settleMs: 1_000, clock: () => now, ...recorder });
    expect(await relay.drainOnce()).toBe(0);
    now = 11_600;
    expect(await relay.drainOnce()).toBe(2);
    const [job] = await fixture.stored('siem').getJobs(['waiting']);
    expect(job?.data.alert).toMatchObject({ id: 'a_2', phase: 'opened', severity: 'critical' });
    now = 12_500;
    expect(await relay.drainOnce()).toBe(1);
    expect(await idsIn('webhook')).toEqual(['a_2', 'a_3']);
    expect(recorder.told).toEqual(['alert push_fatigue critical']);
  });

  it('does not wait for ever for a clock that is behind', async () => {
    const { outbox } = fixture;
    await outbox.write(alertNamed('a-1'), 10_000);
    const relay = relayFor(outbox, { settleMs: 100, clock: () => 5_000 });
    expect(await relay.drainOnce()).toBe(0);
    await until(async () => (await relay.drainOnce()) === 1);
    expect(await idsIn('webhook')).toEqual(['a-1']);
  });

  it('takes out, counts and does not hold what no sink accepts', async () => {
    const { outbox } = fixture;
    const recorder = createRecorder();
    await outbox.write(alertNamed('a-1'));
    expect(await relayFor(outbox, { sinks: [siem], ...recorder }).drainOnce()).toBe(1);
    expect(await outbox.peek(10)).toEqual([]);
    expect((await outbox.heldState()).count).toBe(0);
    expect(recorder.told).toContain('none unwanted');
  });

  it('makes one job of an alert that many relays see at once', async () => {
    const { outbox } = fixture;
    for (let n = 0; n < 50; n += 1) await outbox.write(alertNamed(`a-${String(n)}`));
    const relays = [relayFor(outbox), relayFor(outbox), relayFor(outbox)];
    await Promise.all(relays.map((relay) => relay.drainOnce()));
    expect(await outbox.peek(100)).toEqual([]);
    expect((await queue.counts('webhook')).waiting).toBe(50);
    expect((await outbox.heldState()).count).toBe(50);
  });

  it('makes one job when it dies between enqueueing and removing', async () => {
    const { outbox } = fixture;
    await outbox.write(messageOf('a', 1, { phase: 'opened' }), 1_000);
    await outbox.write(messageOf('a', 2), 1_001);
    const options = { settleMs: 500, clock: () => 9_000 };
    const killed = (): Promise<void> => Promise.reject(new Error('killed'));
    const dying = relayFor({ ...outbox, remove: killed }, options);
    await expect(dying.drainOnce()).rejects.toThrow('killed');
    // Written meanwhile, long after: the next relay still makes the same message of the first two.
    await outbox.write(messageOf('a', 3), 5_000);
    expect(await relayFor(outbox, options).drainOnce()).toBe(3);
    expect(await idsIn('webhook')).toEqual(['a_2', 'a_3']);
  });

  it('holds an alert before the queue has it', async () => {
    const { outbox } = fixture;
    await outbox.write(alertNamed('a-1'));
    const full = { enqueue: () => Promise.reject(new Error('full')) };
    await expect(relayFor(outbox, { queue: full }).drainOnce()).rejects.toThrow('full');
    expect((await outbox.heldState()).count).toBe(1);
    expect(await outbox.peek(10)).toHaveLength(1);
  });

  it('is not blocked by an alert whose id the queue would refuse', async () => {
    const { outbox } = fixture;
    await outbox.write(alertNamed('acme:alice'));
    await outbox.write(alertNamed('42'));
    await outbox.write(alertNamed('a-1'));
    expect(await relayFor(outbox).drainOnce()).toBe(3);
    expect((await queue.counts('webhook')).waiting).toBe(3);
  });

  it('tells how long the oldest alert has waited', async () => {
    const { outbox } = fixture;
    const recorder = createRecorder();
    await outbox.write(alertNamed('a-1'), 70_000);
    await outbox.write(alertNamed('a-2'), 90_000);
    const relay = relayFor(outbox, { clock: () => 100_000, ...recorder });
    await relay.drainOnce();
    await relay.drainOnce();
    expect(recorder.lags).toEqual([30, 0]);
  });

  it('keeps running while the outbox fails, tells it once, and drains afterwards', async () => {
    const { outbox } = fixture;
    const recorder = createRecorder();
    let away = true;
    let looks = 0;
    const peek: AlertOutbox['peek'] = (limit) => {
      looks += 1;
      return away ? Promise.reject(new Error('away')) : outbox.peek(limit);
    };
    const relay = relayFor({ ...outbox, peek }, recorder);
    await outbox.write(alertNamed('a-1', { phase: 'updated' }));
    relay.start();
    await until(() => looks > 3);
    expect(Math.max(...recorder.lags)).toBeGreaterThan(0);
    away = false;
    await until(async () => (await queue.counts('webhook')).waiting === 1);
    await until(() => recorder.told.length === 2);
    await relay.stop();
    expect(recorder.told).toEqual(['relaying failed', 'the outbox drains again']);
  });

  it('leaves in the outbox what the queue did not take', async () => {
    const { outbox } = fixture;
    await outbox.write(alertNamed('a-1', { severity: 'critical' }));
    await outbox.write(alertNamed('a-2'));
    const half = {
      enqueue: (alert: { id: string }, sink: string) =>
        sink === 'siem'
          ? Promise.reject(new Error('full'))
          : queue.enqueue(alertNamed(alert.id), sink),
    };
    await expect(relayFor(outbox, { queue: half }).drainOnce()).rejects.toThrow('full');
    expect((await outbox.peek(10)).map(({ alert }) => alert.id)).toEqual(['a-1']);
  });
});
