import { randomBytes } from 'node:crypto';
import { StateUnavailableError } from '@stepgate/assessment';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { createIdentifiers } from '../src/identifiers.js';
import {
  createInstanceWatch,
  createRedisState,
  initialiseState,
  reportState,
} from '../src/index.js';
import { keyOf } from '../src/keys.js';
import { attemptOf } from './load.js';
import { openFixture, type Fixture } from './redis-fixture.js';
import { admitted, event, recordOf, subject, viewing } from './requests.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(60_000);

describe('a database that was emptied', () => {
  let server: RedisServer;
  let fixture: Fixture;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  beforeEach(async () => {
    fixture = await openFixture({ url: server.url, secret: randomBytes(32) });
  });
  afterEach(async () => {
    await fixture.raw.flushall();
    await fixture.close();
  });
  afterAll(() => server.stop());

  const marker = (shard: number): string =>
    keyOf('instance', shard, createIdentifiers(fixture.secret).deployment());
  const begin = (accept = false) => initialiseState(fixture, { accept });

  it('is no clean slate: whatever is asked or told fails, and nothing is written', async () => {
    const who = subject();
    const { attempts, decisions, events, subjects, reviews, nonces } = fixture.state;
    const found = admitted(await attempts.admitAttempt(attemptOf(who, 'before')));
    const record = recordOf(found);
    await decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null });
    await fixture.raw.flushall();

    const calls = await Promise.allSettled([
      attempts.admitAttempt(attemptOf(who, 'after')),
      decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null }),
      decisions.findDecision('acme', record.decisionId),
      events.recordEvent(event('push_denied', { subject: who, now: null })),
      subjects.viewSubject(viewing(who, null)),
      subjects.eraseSubject('acme', who),
      nonces.claimNonce({ tenant: 'acme', caller: 'hr', nonce: 'n', lifetimeMs: 1_000 }),
    ]);
    for (const call of calls) {
      expect(call).toEqual({ status: 'rejected', reason: expect.any(StateUnavailableError) });
      expect(String(call.status === 'rejected' && call.reason)).toContain('emptied');
    }
    await expect(reviews.reviewDue()).resolves.toBeDefined();
    // What says whose an id is, and seals, is written before anything is asked; neither decides.
    const left = await fixture.raw.keys('*');
    expect(left.filter((key) => !/^sg:v1:(claim|seal|nonce):/.test(key))).toEqual([]);
  });

  it('does not wear the circuit out: it serves as soon as somebody accepts the loss', async () => {
    const who = subject();
    await fixture.raw.flushall();
    for (let n = 0; n < 20; n += 1) {
      const call = fixture.state.attempts.admitAttempt(attemptOf(who, String(n)));
      await expect(call).rejects.toThrow('emptied');
    }
    expect(fixture.connection.isUp()).toBe(true);
    expect(await begin()).toMatchObject({ kind: 'new' });
    await fixture.state.attempts.admitAttempt(attemptOf(who, 'again'));
  });

  it('in part is told apart from one that was never begun, and must be accepted', async () => {
    await fixture.raw.del(marker(3), marker(63));
    expect(await begin()).toEqual({ kind: 'partial', missing: 2 });
    expect(await reportState(fixture)).toMatchObject({ good: false });
    expect(await begin(true)).toMatchObject({ kind: 'accepted' });
    expect(await begin()).toMatchObject({ kind: 'known' });
    expect(await reportState(fixture)).toMatchObject({ good: true });
  });

  it('is the same as a foreign one: state of another secret is nobody else’s', async () => {
    const { connection } = fixture;
    const { attempts } = createRedisState({ connection, secret: randomBytes(32) });
    await expect(attempts.admitAttempt(attemptOf(subject(), '1'))).rejects.toThrow('emptied');
  });

  it('is begun once, however many begin at once', async () => {
    await fixture.raw.flushall();
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin()));
    const ids = begun.map((one) => (one.kind === 'partial' ? 'none' : one.instance.id));
    expect(new Set(ids).size).toBe(1);
    const texts = await fixture.raw.mget(await fixture.raw.keys('sg:v1:instance:*'));
    expect(texts).toHaveLength(64);
    expect(new Set(texts).size).toBe(1);
  });

  it('is begun by an engine that starts and may, never by one that has seen the state', async () => {
    await fixture.raw.flushall();
    const watch = createInstanceWatch({
      ...fixture,
      initialise: true,
      everyMs: 20,
      lostEveryMs: 20,
    });
    await watch.look();
    expect(watch.latest()).toMatchObject({ kind: 'intact' });
    await fixture.raw.flushall();
    watch.noteEmptied();
    await waitFor('the loss', () => watch.latest()?.kind === 'absent');
    await watch.look();
    await watch.look();
    expect(await fixture.raw.dbsize()).toBe(0);
    await begin(true);
    await waitFor('the state', () => watch.latest()?.kind === 'intact');
    watch.close();
  });

  it('is not begun by an engine that may not', async () => {
    await fixture.raw.flushall();
    const watch = createInstanceWatch({ ...fixture, initialise: false });
    await watch.look();
    expect(watch.latest()).toEqual({ kind: 'absent' });
    expect(await fixture.raw.dbsize()).toBe(0);
    watch.close();
  });

  it('is taken over under a new secret, when it was begun under the one before', async () => {
    const secret = randomBytes(32);
    const rotated = { ...fixture, secret, previousSecret: fixture.secret, initialise: false };
    const watch = createInstanceWatch(rotated);
    await watch.look();
    expect(watch.latest()).toMatchObject({ kind: 'intact' });
    const { attempts } = createRedisState(rotated);
    await attempts.admitAttempt(attemptOf(subject(), '1'));
    watch.close();
  });
});
