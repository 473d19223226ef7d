import { randomBytes } from 'node:crypto';
import { StateUnavailableError } from '@stepgate/assessment';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { createIdentifiers, shortHash } from '../src/identifiers.js';
import { createRedisConnection, createRedisState, initialiseState } from '../src/index.js';
import { limitKey } from '../src/keys.js';
import { attemptOf, roomyLimit, startLoad } from './load.js';
import { openFixture, type Fixture } from './redis-fixture.js';
import { event, subject, viewing } from './requests.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(60_000);

const secret = randomBytes(32);
const identifiers = createIdentifiers(secret);

describe('when Redis fails', () => {
  let server: RedisServer;
  let fixture: Fixture;
  beforeAll(async () => {
    server = await startRedisServer();
    fixture = await openFixture({
      url: server.url,
      secret,
      commandTimeoutMs: 100,
      patienceMs: 100,
    });
  });
  afterAll(async () => {
    server.thaw();
    await fixture.close();
    await server.stop();
  });
  afterEach(async () => {
    await waitFor('the connection is up', () => fixture.connection.isUp());
  });

  const keyOfLimit = (who: ReturnType<typeof subject>): string => {
    const { shard, hash } = identifiers.subject('acme', who);
    return limitKey(shard, hash, shortHash(identifiers.limit('workforce', roomyLimit.name).hash));
  };
  const counted = async (who: ReturnType<typeof subject>): Promise<ReadonlySet<string>> =>
    new Set(await fixture.raw.zrange(keyOfLimit(who), '0', '-1'));
  const memberOf = (attemptId: string): string =>
    shortHash(identifiers.attempt('acme', attemptId).hash);

  it('rejects every call in time while Redis is frozen, and nothing is counted late', async () => {
    const who = subject();
    const load = startLoad(fixture.state, who, 300);
    await waitFor('a warm-up', () => load.calls.filter(({ ok }) => ok).length >= 100);
    server.freeze();
    const frozenAt = performance.now();
    const sinceFreeze = () => load.calls.filter(({ sentAt }) => sentAt > frozenAt);
    await waitFor('a second of refusals', () => sinceFreeze().length >= 300);
    server.thaw();
    const thawedAt = performance.now();
    await waitFor('a good answer', () =>
      load.calls.some(({ sentAt, ok }) => ok && sentAt > thawedAt),
    );
    const recoveredMs = performance.now() - thawedAt;
    await waitFor('steady answers', () => load.calls.slice(-50).every(({ ok }) => ok));
    await load.stop();

    expect(load.surprises).toEqual([]);
    expect(recoveredMs).toBeLessThanOrEqual(2_000);
    const failed = load.calls.filter(({ ok }) => !ok);
    const slowest = Math.max(...failed.map(({ durationMs }) => durationMs));
    expect(slowest).toBeLessThanOrEqual(150);
    const members = await counted(who);
    for (const call of load.calls.filter(({ ok }) => ok)) {
      expect(members).toContain(memberOf(call.attemptId));
    }
    const late = failed.filter(
      ({ attemptId, sentAt }) => sentAt > frozenAt && members.has(memberOf(attemptId)),
    );
    expect(late).toEqual([]);
    process.stdout.write(
      `frozen: ${String(failed.length)} refused, slowest ${slowest.toFixed(0)} ms, ` +
        `good again after ${recoveredMs.toFixed(0)} ms\n`,
    );
  });

  it('changes nothing when Redis comes to a command after its deadline', async () => {
    const who = subject();
    await fixture.raw.client('PAUSE', 400);
    const startedAt = performance.now();
    const calls = await Promise.allSettled([
      fixture.state.attempts.admitAttempt(attemptOf(who, 'late')),
      fixture.state.events.recordEvent(event('login_failed', { subject: who, now: null })),
    ]);
    expect(performance.now() - startedAt).toBeLessThanOrEqual(150);
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await fixture.raw.ping();
    expect((await counted(who)).size).toBe(0);
    expect(await fixture.state.subjects.viewSubject(viewing(who, null))).toBeNull();
  });

  it('gives up as soon as the budget of the caller is used up', async () => {
    await fixture.raw.client('PAUSE', 300);
    const startedAt = performance.now();
    const call = fixture.state.attempts.admitAttempt(attemptOf(subject(), 'hasty', 30));
    await expect(call).rejects.toBeInstanceOf(StateUnavailableError);
    expect(performance.now() - startedAt).toBeLessThanOrEqual(90);
    const none = fixture.state.attempts.admitAttempt(attemptOf(subject(), 'none', 0));
    await expect(none).rejects.toThrow('no time left');
    await fixture.raw.ping();
  });

  it('notices nothing when scripts are flushed under load', async () => {
    const who = subject();
    const load = startLoad(fixture.state, who, 300);
    for (let flush = 1; flush <= 10; flush += 1) {
      await fixture.raw.script('FLUSH');
      await waitFor('some calls', () => load.calls.length >= flush * 20);
    }
    await load.stop();
    expect(load.calls.filter(({ ok }) => !ok)).toEqual([]);
    expect((await counted(who)).size).toBe(load.calls.length);
  });

  it('counts each attempt once when connections are cut under load and callers try again', async () => {
    const who = subject();
    const ids = Array.from({ length: 400 }, (_, n) => `cut ${String(n)}`);
    let cuts = 0;
    const cut = setInterval(() => {
      cuts += 1;
      void fixture.raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    }, 100);
    const persist = async (id: string): Promise<void> => {
      await waitFor(
        `attempt ${id}`,
        async () => {
          if (!fixture.connection.isUp()) return false;
          try {
            const answer = await fixture.state.attempts.admitAttempt(attemptOf(who, id));
            return answer.kind === 'admitted';
          } catch (error) {
            if (error instanceof StateUnavailableError) return false;
            throw error;
          }
        },
        30_000,
      );
    };
    try {
      for (let n = 0; n < ids.length; n += 20) {
        await Promise.all(ids.slice(n, n + 20).map(persist));
      }
    } finally {
      clearInterval(cut);
    }
    expect(cuts).toBeGreaterThan(0);
    expect((await counted(who)).size).toBe(ids.length);
  });

  it('refuses more calls than may be under way, so that nothing piles up', async () => {
    const narrow = createRedisConnection({ url: server.url, maxInFlight: 10 });
    expect(await narrow.waitUntilUp(5_000)).toBe(true);
    const { attempts } = createRedisState({ connection: narrow, secret });
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => attempts.admitAttempt(attemptOf(subject(), String(n)))),
    );
    narrow.close();
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    const refused = answers.find((answer) => answer.status === 'rejected');
    expect(String(refused?.reason)).toContain('too many calls under way');
  });

  it.each([
    [
      'has no memory left',
      ['CONFIG', 'SET', 'maxmemory', '1'],
      ['CONFIG', 'SET', 'maxmemory', '0'],
    ],
    ['became a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
  ])(
    'rejects and recovers when the server %s',
    async (_what, [breaks = '', ...how], [mends = '', ...back]) => {
      await fixture.raw.call(breaks, ...how);
      const call = fixture.state.attempts.admitAttempt(attemptOf(subject(), 'refused'));
      await expect(call).rejects.toBeInstanceOf(StateUnavailableError);
      await fixture.raw.call(mends, ...back);
      await waitFor('a good answer', async () => {
        const answer = fixture.state.attempts.admitAttempt(attemptOf(subject(), 'mended'));
        return answer.then(
          () => true,
          () => false,
        );
      });
    },
  );

  it('starts without Redis, refuses at once, and comes up with it', async () => {
    const gone = await startRedisServer();
    await gone.stop();
    const states: boolean[] = [];
    const connection = createRedisConnection({
      url: gone.url,
      observer: { stateChanged: (up) => states.push(up) },
    });
    const { attempts } = createRedisState({ connection, secret });
    expect(await connection.waitUntilUp(50)).toBe(false);
    const startedAt = performance.now();
    const call = attempts.admitAttempt(attemptOf(subject(), 'early'));
    await expect(call).rejects.toBeInstanceOf(StateUnavailableError);
    expect(performance.now() - startedAt).toBeLessThanOrEqual(20);
    const back = await startRedisServer({ port: gone.port });
    expect(await connection.waitUntilUp(2_000)).toBe(true);
    await initialiseState({ connection, secret });
    await attempts.admitAttempt(attemptOf(subject(), 'now'));
    expect(states.at(-1)).toBe(true);
    connection.close();
    await back.stop();
  });
});
