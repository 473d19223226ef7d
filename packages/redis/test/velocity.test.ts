import { randomUUID } from 'node:crypto';
import type { SourceVelocity, WindowCounts } from '@stepgate/engine';
import { openFixture, type Fixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  dayMs,
  event,
  hourMs,
  learned,
  minuteMs,
  morning,
  subject,
  traits,
} from './requests.js';

jest.setTimeout(30_000);

describe('velocity', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  interface Failure {
    readonly who: string;
    readonly address: string | null;
    readonly ago?: number;
    readonly asn?: number | null;
    readonly id?: string;
  }

  const fail = (tenant: string, { who, address, ago = 0, asn = null, id }: Failure) =>
    fixture.state.events.recordEvent(
      event('login_failed', {
        tenant,
        subject: subject(who),
        address,
        asn,
        occurredAt: morning - ago,
        ...(id === undefined ? {} : { id }),
      }),
    );

  const stateAt = async (
    tenant: string,
    { who = 'alice', address = '203.0.113.7', asn = '1136', now = morning } = {},
  ) => {
    const asked = {
      tenant,
      subject: subject(who),
      address,
      traits: { ...traits, address, asn },
      now,
    };
    return admitted(await fixture.state.attempts.admitAttempt(admission(asked))).state;
  };
  const velocityAt = async (...asked: Parameters<typeof stateAt>): Promise<SourceVelocity> => {
    const { source } = await stateAt(...asked);
    if (source === null) throw new Error('no source');
    return source;
  };

  const signIn = async (
    tenant: string,
    { who, address = '203.0.113.7', ago = 0 }: { who: string; address?: string; ago?: number },
  ): Promise<void> => {
    const asked = { tenant, subject: subject(who), address, traits: { ...traits, address } };
    const { pseudonyms } = admitted(await fixture.state.attempts.admitAttempt(admission(asked)));
    const learn = learned(pseudonyms);
    await fixture.state.events.recordEvent(
      event('login_succeeded', { tenant, subject: subject(who), learn, occurredAt: morning - ago }),
    );
  };

  describe('of a subject', () => {
    const sourcesOf = async (tenant: string, now = morning): Promise<WindowCounts> =>
      (await stateAt(tenant, { now })).subjectSources;

    it('counts distinct sources that failed, by window; an IPv6 /64 is one', async () => {
      const tenant = randomUUID();
      for (const [address, ago] of [
        ['198.51.100.1', 0],
        ['198.51.100.1', 5 * minuteMs],
        ['198.51.100.2', 30 * minuteMs],
        ['2001:db8:1:2::1', 5 * hourMs],
        ['2001:db8:1:2:ffff::1', 6 * hourMs],
        [null, 0],
      ] as const)
        await fail(tenant, { who: 'alice', address, ago });
      expect(await sourcesOf(tenant)).toEqual({ tuned: 2, last10m: 1, last1h: 2, last24h: 3 });
      expect(await sourcesOf(tenant, morning + dayMs)).toMatchObject({ last24h: 0 });
    });

    it('keeps the 256 latest: exact up to there, at least that many beyond', async () => {
      const tenant = randomUUID();
      const from = (n: number): Failure => ({
        who: 'alice',
        address: `198.51.${String(n % 250)}.${String(Math.floor(n / 250))}`,
        ago: 1_000 - n,
      });
      for (let n = 0; n < 256; n += 1) await fail(tenant, from(n));
      expect(await sourcesOf(tenant)).toMatchObject({ last10m: 256 });
      for (let n = 256; n < 300; n += 1) await fail(tenant, from(n));
      expect(await sourcesOf(tenant)).toMatchObject({ last10m: 256 });
    });

    it('is forgotten with the subject', async () => {
      const tenant = randomUUID();
      await fail(tenant, { who: 'alice', address: '198.51.100.1' });
      await fixture.state.subjects.eraseSubject(tenant, subject('alice'), morning);
      expect(await sourcesOf(tenant)).toMatchObject({ last24h: 0 });
    });
  });

  describe('of a source', () => {
    it('ignores successes, however many', async () => {
      const tenant = randomUUID();
      for (let n = 0; n < 60; n += 1) await signIn(tenant, { who: `user-${String(n)}` });
      expect(await velocityAt(tenant)).toMatchObject({
        failures: { last24h: 0 },
        failedSubjects: { last24h: 0 },
        blockSubjects: { last10m: 0 },
        networkSubjects: { last1h: 0 },
      });
    });

    it('knows how many have proven a login there in 30 days, and whether this subject has', async () => {
      const tenant = randomUUID();
      await signIn(tenant, { who: 'alice', ago: 31 * dayMs });
      for (const who of ['bob', 'carol', 'carol']) await signIn(tenant, { who });
      const asked = { who: 'alice' };
      expect(await velocityAt(tenant, asked)).toMatchObject({
        provenSubjects: 2,
        subjectProven: true,
      });
      expect(await velocityAt(tenant, { who: 'dave' })).toMatchObject({ subjectProven: false });
      const elsewhere = { who: 'bob', address: '203.0.113.8' };
      expect(await velocityAt(tenant, elsewhere)).toMatchObject({
        provenSubjects: 0,
        subjectProven: false,
      });
      expect(await velocityAt(randomUUID())).toMatchObject({ provenSubjects: 0 });
    });

    it('counts up to 64 who have proven a login there', async () => {
      const tenant = randomUUID();
      for (let n = 0; n < 70; n += 1) await signIn(tenant, { who: `user-${String(n)}` });
      expect(await velocityAt(tenant)).toMatchObject({ provenSubjects: 64 });
    });
  });

  describe('of the networks around a source', () => {
    it('counts distinct subjects that failed from the /24 and from the system, by window', async () => {
      const tenant = randomUUID();
      const failures: readonly Failure[] = [
        { who: 'a', address: '198.51.100.1', asn: 7 },
        { who: 'a', address: '198.51.100.2', asn: 7 },
        { who: 'b', address: '198.51.100.3', asn: 7, ago: 30 * minuteMs },
        { who: 'c', address: '192.0.2.3', asn: 7, ago: 50 * minuteMs },
        { who: 'd', address: '192.0.2.4', asn: 8 },
        { who: 'e', address: '192.0.2.5', asn: null },
      ];
      for (const failure of failures) await fail(tenant, failure);
      const counted = async (address: string, asn: string, now = morning) => {
        const source = await velocityAt(tenant, { address, asn, now });
        return [source.blockSubjects.last10m, source.networkSubjects.last1h];
      };
      expect(await counted('198.51.100.200', '7')).toEqual([1, 3]);
      expect(await counted('192.0.2.200', '8')).toEqual([2, 1]);
      expect(await counted('198.51.101.1', 'none')).toEqual([0, 0]);
      expect(await counted('198.51.100.200', '7', morning + 20 * minuteMs)).toEqual([0, 2]);
      expect(await velocityAt(randomUUID(), { address: '198.51.100.1' })).toMatchObject({
        blockSubjects: { tuned: 0 },
      });
    });

    it('takes an IPv6 /48 for a block', async () => {
      const tenant = randomUUID();
      for (let n = 0; n < 3; n += 1) {
        await fail(tenant, { who: String(n), address: `2001:db8:1:${String(n)}::1` });
      }
      const near = await velocityAt(tenant, { address: '2001:db8:1:ffff::1' });
      const far = await velocityAt(tenant, { address: '2001:db8:2::1' });
      expect([near.blockSubjects.tuned, far.blockSubjects.tuned]).toEqual([3, 0]);
    });

    it('takes five subjects of each source at most: one bad neighbour is not everybody', async () => {
      const tenant = randomUUID();
      for (const address of ['198.51.100.1', '198.51.100.2']) {
        for (let n = 0; n < 40; n += 1) {
          await fail(tenant, { who: `${address}-${String(n)}`, address, asn: 7 });
        }
      }
      const beside = await velocityAt(tenant, { address: '198.51.100.9', asn: '7' });
      expect([beside.blockSubjects.tuned, beside.networkSubjects.tuned]).toEqual([10, 10]);
      const bad = await velocityAt(tenant, { address: '198.51.100.1', asn: '7' });
      expect(bad.failedSubjects.tuned).toBe(40);
    });

    it('counts an event that is sent again once', async () => {
      const tenant = randomUUID();
      const told = { who: 'a', address: '198.51.100.1', asn: 7, id: 'event-1' };
      for (let n = 0; n < 3; n += 1) await fail(tenant, told);
      expect(await velocityAt(tenant, { address: '198.51.100.1', asn: '7' })).toMatchObject({
        failures: { tuned: 1 },
        blockSubjects: { tuned: 1 },
        networkSubjects: { tuned: 1 },
      });
    });

    it('keeps the 1,024 latest: exact up to there, at least that many beyond', async () => {
      const tenant = randomUUID();
      const failOnce = (n: number) =>
        fail(tenant, {
          who: `user-${String(n)}`,
          address: `10.${String(n % 200)}.${String(Math.floor(n / 200))}.1`,
          asn: 7,
        });
      const failUntil = async (count: number): Promise<void> => {
        // Not all at once: on a busy machine the last would come after their deadline.
        const numbers = Array.from({ length: count }, (_, n) => n);
        for (let n = 0; n < count; n += 100) {
          await Promise.all(numbers.slice(n, n + 100).map(failOnce));
        }
      };
      for (const [subjects, counted] of [
        [900, 900],
        [1_024, 1_024],
        [1_100, 1_024],
      ] as const) {
        await failUntil(subjects);
        expect((await velocityAt(tenant, { asn: '7' })).networkSubjects.last1h).toBe(counted);
      }
    });
  });
});
