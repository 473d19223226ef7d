import { createDeadLetters, QueueUnavailableError, type DeadLetters } from '../src/index.js';
import { useQueues } from './queue-fixture.js';
import { alertNamed, delivered, failed, sinkNamed, until } from './samples.js';

const fixture = useQueues();
const open: DeadLetters[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((letters) => letters.close()));
});
const lettersAt = (url: string): DeadLetters => {
  const letters = createDeadLetters({ url });
  open.push(letters);
  return letters;
};

/** Two sinks that refuse until told otherwise; `a-1` is dead at both, `a-2` at the webhook. */
const buried = async () => {
  let refusing = true;
  const refused: string[] = [];
  const refuse =
    (sink: string, verdict: typeof failed) =>
    async ({ id }: { id: string }) => {
      refused.push(`${sink} ${id}`);
      return refusing ? verdict : delivered;
    };
  const sinks = [
    sinkNamed('webhook', { retryDelaysMs: [10], deliver: refuse('webhook', failed) }),
    sinkNamed('siem', { deliver: refuse('siem', { kind: 'dead', cause: 'HTTP 410' }) }),
  ];
  const { queue } = await fixture.workerFor(sinks);
  await queue.enqueue(alertNamed('a-1', { severity: 'critical' }), 'siem');
  await until(async () => (await queue.counts('siem')).failed === 1);
  for (const id of ['a-1', 'a-2']) {
    await queue.enqueue(alertNamed(id, { severity: 'critical' }), 'webhook');
    await until(async () => (await queue.counts('webhook')).failed === Number(id.slice(2)));
  }
  const accept = (): void => {
    refusing = false;
    refused.splice(0);
  };
  return { queue, accept, tried: refused };
};

describe('dead letters', () => {
  it('say what was given up, where, after how many tries, why and when; the latest first', async () => {
    const startedAt = Date.now();
    await buried();
    const letters = await lettersAt(fixture.url).list();
    const summary = letters.map(({ id, sink, tries, cause }) => [id, sink, tries, cause]);
    expect(summary).toEqual([
      ['a-2', 'webhook', 2, 'HTTP 500'],
      ['a-1', 'webhook', 2, 'HTTP 500'],
      ['a-1', 'siem', 1, 'HTTP 410'],
    ]);
    expect(letters[0]?.alert).toEqual(alertNamed('a-2', { severity: 'critical' }));
    for (const { diedAt } of letters) expect(diedAt).toBeGreaterThanOrEqual(startedAt);
  });

  it('show malformed jobs as well', async () => {
    const { queue } = await fixture.workerFor([sinkNamed('webhook')]);
    await fixture.stored('webhook').add('alert', 'poison', { jobId: 'p-1' });
    await until(async () => (await queue.counts('webhook')).failed === 1);
    expect(await lettersAt(fixture.url).list()).toMatchObject([
      { id: 'p-1', sink: 'webhook', alert: null, cause: 'malformed job' },
    ]);
  });

  it('are tried anew with all their tries when they are replayed, by id, at every sink', async () => {
    const { queue, accept, tried } = await buried();
    const { id, ...replay } = { id: 'a-1', sink: null };
    // Still refusing: it is tried as often as before, and is a dead letter again.
    await lettersAt(fixture.url).replay({ ids: [id], ...replay });
    await until(async () => (await queue.counts('webhook')).failed === 2);
    await until(async () => (await queue.counts('siem')).failed === 1);
    expect(tried.filter((line) => line === 'webhook a-1')).toHaveLength(4);
    accept();
    const done = await lettersAt(fixture.url).replay({ ids: [id, 'a-9'], ...replay });
    expect(done.replayed.map((letter) => `${letter.id} ${letter.sink}`).sort()).toEqual([
      'a-1 siem',
      'a-1 webhook',
    ]);
    expect(done.unknown).toEqual(['a-9']);
    await until(() => tried.length === 2);
    expect((await lettersAt(fixture.url).list()).map((letter) => letter.id)).toEqual(['a-2']);
  });

  it('are replayed of one sink only when one is named, and all at once', async () => {
    const { queue, accept, tried } = await buried();
    accept();
    const letters = lettersAt(fixture.url);
    expect((await letters.replay({ ids: null, sink: 'webhook' })).replayed).toHaveLength(2);
    await until(async () => (await queue.counts('webhook')).completed === 2);
    expect(tried.sort()).toEqual(['webhook a-1', 'webhook a-2']);
    expect(await letters.sinks()).toEqual(expect.arrayContaining(['siem', 'webhook']));
    expect((await letters.replay({ ids: null, sink: null })).replayed).toHaveLength(1);
    await until(async () => (await queue.counts('siem')).completed === 1);
    expect(await letters.list()).toEqual([]);
  });

  it('are replayed once when two operators do it at the same time', async () => {
    const { queue, accept, tried } = await buried();
    accept();
    const both = [lettersAt(fixture.url), lettersAt(fixture.url)];
    const done = await Promise.all(both.map((one) => one.replay({ ids: null, sink: 'webhook' })));
    expect(done.flatMap(({ replayed }) => replayed)).toHaveLength(2);
    await until(async () => (await queue.counts('webhook')).completed === 2);
    expect(tried).toHaveLength(2);
  });

  it('are many pages when there are many', async () => {
    const { queue } = await fixture.workerFor([
      sinkNamed('webhook', { deliver: async () => ({ kind: 'dead', cause: 'HTTP 410' }) }),
    ]);
    const ids = Array.from({ length: 1_001 }, (_, n) => `a-${String(n)}`);
    await Promise.all(ids.map((id) => queue.enqueue(alertNamed(id), 'webhook')));
    await until(async () => (await queue.counts('webhook')).failed === ids.length);
    const listed = (await lettersAt(fixture.url).list()).map(({ id }) => id);
    expect(listed.sort()).toEqual(ids.sort());
  });

  it('cannot be read without Redis, and say so soon', async () => {
    const letters = lettersAt('redis://127.0.0.1:1');
    await expect(letters.list()).rejects.toThrow(QueueUnavailableError);
  });
});
