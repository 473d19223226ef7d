import { randomUUID } from 'node:crypto';
import type { Fixture } from './redis-fixture.js';
import { engineOf, openFixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  traits,
  counting,
  dayMs,
  event,
  hourMs,
  learned,
  limit,
  minuteMs,
  morning,
  recordOf,
  subject,
} from './requests.js';

// Thousands of parallel calls on a shared machine.
jest.setTimeout(60_000);

describe('the attempt store', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture({ engines: 3 });
  });
  afterAll(() => fixture.close());

  it('knows nothing of a subject that it has never seen', async () => {
    const found = admitted(
      await fixture.state.attempts.admitAttempt(admission({ subject: subject() })),
    );
    expect(found.at).toBe(morning);
    expect(found.decisionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const none = { tuned: 0, last10m: 0, last1h: 0, last24h: 0 };
    expect(found.state.history).toEqual({
      logins: 0,
      lastLoginAt: null,
      device: null,
      knownDevices: 0,
      countrySeen: false,
      knownCountries: 0,
      asnSeen: false,
      knownAsns: 0,
      loginsByHour: Array.from({ length: 24 }, () => 0),
      places: [],
    });
    expect(found.state.subjectFailures).toEqual(none);
    expect(found.state.subjectSources).toEqual(none);
    expect(found.state.source).toEqual({
      failures: none,
      failedSubjects: none,
      blockSubjects: { tuned: 0, last10m: 0 },
      networkSubjects: { tuned: 0, last1h: 0 },
      provenSubjects: 0,
      subjectProven: false,
    });
    expect(found.state.push.ladder).toBe(0);
    expect(found.state.lock).toBeNull();
    expect(found.state.credentialBreachedAt).toBeNull();
  });

  it('says nothing of a source when the attempt names no address', async () => {
    const found = admitted(
      await fixture.state.attempts.admitAttempt(admission({ address: null, deviceId: null })),
    );
    expect(found.state.source).toBeNull();
    expect(found.pseudonyms.source).toBeNull();
    expect(found.pseudonyms.device).toBeNull();
  });

  it('recognises what a proven login has taught', async () => {
    const who = subject();
    const { pseudonyms } = admitted(
      await fixture.state.attempts.admitAttempt(admission({ subject: who })),
    );
    await fixture.state.events.recordEvent(
      event('login_succeeded', {
        subject: who,
        learn: learned({ device: pseudonyms.device, source: pseudonyms.source }),
      }),
    );
    const now = morning + hourMs;
    const { state } = admitted(
      await fixture.state.attempts.admitAttempt(admission({ subject: who, now })),
    );
    expect(state.history).toMatchObject({
      logins: 1,
      lastLoginAt: morning,
      device: { firstSeenAt: morning, lastSeenAt: morning, trusted: false },
      knownDevices: 1,
      countrySeen: true,
      knownCountries: 1,
      asnSeen: true,
      knownAsns: 1,
      places: [
        {
          latitude: 52.374,
          longitude: 4.8897,
          precisionKm: 20,
          at: morning,
          sameSource: true,
        },
      ],
    });
    expect(state.history.loginsByHour[10]).toBe(1);
    const elsewhere = admitted(
      await fixture.state.attempts.admitAttempt(
        admission({
          subject: who,
          now,
          address: '198.51.100.1',
          deviceId: 'x',
          traits: { ...traits, country: 'AU', asn: '4' },
        }),
      ),
    );
    expect(elsewhere.state.history).toMatchObject({
      device: null,
      countrySeen: false,
      asnSeen: false,
      places: [{ sameSource: false }],
    });
  });

  it('admits exactly the limit out of 1,000 parallel attempts over three engines, in 20 rounds', async () => {
    for (let round = 0; round < 20; round += 1) {
      const who = subject();
      const request = admission({
        subject: who,
        counting: counting({ limits: [limit()] }),
        now: null,
      });
      const answers = await Promise.all(
        Array.from({ length: 1_000 }, (_, n) =>
          engineOf(fixture, n).attempts.admitAttempt(request),
        ),
      );
      const passed = answers.filter(
        (answer) => admitted(answer).state.limits[0]?.exceeded === false,
      );
      expect(passed).toHaveLength(5);
    }
  });

  it.each(['source', 'tenant'] as const)('counts a limit per %s over all subjects', async (per) => {
    const tenant = randomUUID();
    const limits = [limit({ per, max: 7 })];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        engineOf(fixture, n).attempts.admitAttempt(
          admission({ tenant, subject: subject(), counting: counting({ limits }), now: null }),
        ),
      ),
    );
    const usages = answers.map((answer) => admitted(answer).state.limits[0]);
    expect(usages.filter((usage) => usage?.exceeded === false)).toHaveLength(7);
    expect(usages.every((usage) => (usage?.count ?? 0) <= 7)).toBe(true);
  });

  it('lets no more through than the limit in any window, however a burst straddles its edge', async () => {
    const who = subject();
    const windowMs = minuteMs;
    const attemptAt = async (now: number): Promise<boolean> => {
      const request = admission({
        subject: who,
        counting: counting({ limits: [limit({ windowMs })] }),
        now,
      });
      const { state } = admitted(await fixture.state.attempts.admitAttempt(request));
      return state.limits[0]?.exceeded === false;
    };
    const passed: number[] = [];
    // Bursts just before and just after each full minute, and a trickle between.
    for (let minute = 0; minute < 4; minute += 1) {
      for (const offset of [100, 20_000, 40_000, 59_900, 59_950]) {
        for (let n = 0; n < 4; n += 1) {
          const now = morning + minute * minuteMs + offset + n;
          if (await attemptAt(now)) passed.push(now);
        }
      }
    }
    expect(passed.length).toBeGreaterThanOrEqual(20);
    for (const end of passed) {
      const within = passed.filter((at) => at <= end && at > end - windowMs);
      expect(within.length).toBeLessThanOrEqual(5);
    }
  });

  it('frees the limit again when its window has passed, and not a moment before', async () => {
    const who = subject();
    const at = async (now: number): Promise<boolean | undefined> => {
      const limits = [limit({ max: 1 })];
      const request = admission({ subject: who, counting: counting({ limits }), now });
      return admitted(await fixture.state.attempts.admitAttempt(request)).state.limits[0]?.exceeded;
    };
    expect(await at(morning)).toBe(false);
    expect(await at(morning + 10 * minuteMs - 1)).toBe(true);
    expect(await at(morning + 10 * minuteMs)).toBe(false);
  });

  it('does not add an attempt that one limit refuses to the others', async () => {
    const who = subject();
    const limits = [limit({ name: 'few', max: 2 }), limit({ name: 'many', max: 50 })];
    const request = admission({ subject: who, counting: counting({ limits }) });
    for (let n = 0; n < 10; n += 1) await fixture.state.attempts.admitAttempt(request);
    const { state } = admitted(await fixture.state.attempts.admitAttempt(request));
    expect(state.limits).toMatchObject([
      { name: 'few', count: 2, exceeded: true },
      { name: 'many', count: 2, exceeded: false },
    ]);
  });

  it('counts 1,000 parallel copies of one attempt once, and all get the record stored first', async () => {
    const who = subject();
    const limits = [limit({ max: 100 })];
    const attempt = { id: randomUUID(), bodyHash: 'sha256:aa' };
    const request = admission({ subject: who, attempt, counting: counting({ limits }), now: null });
    const records = await Promise.all(
      Array.from({ length: 1_000 }, async (_, n) => {
        const engine = engineOf(fixture, n);
        const answer = await engine.attempts.admitAttempt(request);
        if (answer.kind === 'replayed') return answer.record;
        const found = admitted(answer);
        expect(found.state.limits[0]?.count).toBe(1);
        const record = recordOf(found, { resource: { type: 'application', id: String(n) } });
        return engine.decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt });
      }),
    );
    expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(1);
    expect(await fixture.state.attempts.admitAttempt(request)).toEqual({
      kind: 'replayed',
      record: records[0],
    });
  });

  it('refuses an attempt id that comes with another body, also for another subject', async () => {
    const id = randomUUID();
    const who = subject();
    await fixture.state.attempts.admitAttempt(
      admission({ subject: who, attempt: { id, bodyHash: 'one' } }),
    );
    const other = { attempt: { id, bodyHash: 'two' } };
    const { attempts } = fixture.state;
    expect(await attempts.admitAttempt(admission({ subject: who, ...other }))).toEqual({
      kind: 'conflict',
    });
    for (let n = 0; n < 20; n += 1) {
      const foreign = admission({ subject: subject(), ...other });
      expect(await attempts.admitAttempt(foreign)).toEqual({ kind: 'conflict' });
    }
    const elsewhere = admission({ tenant: 'other', subject: who, ...other });
    expect((await attempts.admitAttempt(elsewhere)).kind).toBe('admitted');
  });

  it('judges windows by the time given, not by what has expired', async () => {
    const who = subject();
    for (const ago of [5 * minuteMs, 30 * minuteMs, 5 * hourMs, 23 * hourMs]) {
      await fixture.state.events.recordEvent(
        event('login_failed', { subject: who, occurredAt: morning - ago }),
      );
    }
    const at = async (now: number) =>
      admitted(await fixture.state.attempts.admitAttempt(admission({ subject: who, now }))).state
        .subjectFailures;
    expect(await at(morning)).toEqual({ tuned: 1, last10m: 1, last1h: 2, last24h: 4 });
    expect(await at(morning + 2 * hourMs)).toEqual({ tuned: 0, last10m: 0, last1h: 0, last24h: 3 });
    expect((await at(morning + 2 * dayMs)).last24h).toBe(0);
  });
});
