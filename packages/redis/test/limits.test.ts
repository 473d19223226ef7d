import { randomUUID } from 'node:crypto';
import type { Limit, LimitUsage } from '@stepgate/engine';
import { engineOf, openFixture, type Fixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  counting,
  event,
  learned,
  limit,
  minuteMs,
  morning,
  subject,
} from './requests.js';

jest.setTimeout(120_000);

const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 1_000_000);

/** Mulberry32. */
const randomFrom = (start: number): ((below: number) => number) => {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

describe('limits', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    process.stdout.write(`seed ${String(seed)}\n`);
    fixture = await openFixture({ engines: 3 });
  });
  afterAll(() => fixture.close());

  interface Attempt {
    readonly tenant?: string;
    readonly who: string;
    readonly device?: string | null;
    readonly address?: string;
    readonly limits: readonly Limit[];
    readonly now?: number | null;
    readonly engine?: number;
  }

  const usagesOf = async (attempt: Attempt): Promise<readonly LimitUsage[]> => {
    const { tenant = 'acme', who, device = null, limits, now = null, engine = 0 } = attempt;
    const { address = '203.0.113.7' } = attempt;
    const asked = { tenant, subject: subject(who), address, deviceId: device, now };
    const request = admission({ ...asked, counting: counting({ limits }) });
    return admitted(await engineOf(fixture, engine).attempts.admitAttempt(request)).state.limits;
  };
  const passes = async (attempt: Attempt): Promise<boolean> =>
    (await usagesOf(attempt)).every(({ exceeded }) => !exceeded);

  const prove = async (who: string, device: string, tenant = 'acme'): Promise<void> => {
    const asked = { tenant, subject: subject(who), deviceId: device };
    const { pseudonyms } = admitted(await fixture.state.attempts.admitAttempt(admission(asked)));
    const learn = learned({ device: pseudonyms.device });
    const told = { tenant, subject: subject(who), learn, now: null };
    await fixture.state.events.recordEvent(event('login_succeeded', told));
  };

  const passedOf = async (attempts: readonly Attempt[]): Promise<number> => {
    const passed = await Promise.all(attempts.map(passes));
    return passed.filter(Boolean).length;
  };

  it('are not used up for a known device by strangers, nor the other way round', async () => {
    const who = randomUUID();
    const limits = [limit()];
    await prove(who, 'laptop');
    const strangers = Array.from({ length: 200 }, (_, n) => ({
      who,
      limits,
      device: n % 3 === 0 ? null : `strange-${String(n)}`,
      address: `198.51.100.${String(n)}`,
      engine: n,
    }));
    expect(await passedOf(strangers)).toBe(5);
    const own = Array.from({ length: 100 }, (_, n) => ({
      who,
      limits,
      device: 'laptop',
      engine: n,
    }));
    expect(await passedOf(own)).toBe(5);
    await prove(who, 'phone');
    expect(await usagesOf({ who, limits, device: 'phone' })).toMatchObject([
      { count: 1, exceeded: false },
    ]);
    expect(await usagesOf({ who, limits, device: 'stranger' })).toMatchObject([
      { count: 5, exceeded: true },
    ]);
  });

  it('admit exactly max to each known device and to all others together, under any parallelism', async () => {
    for (let round = 0; round < 5; round += 1) {
      const who = randomUUID();
      const limits = [limit()];
      const known = ['laptop', 'phone'];
      for (const device of known) await prove(who, device);
      const devices = [...known, 'stranger', null];
      const attempts = Array.from({ length: 1_000 }, (_, n) => ({
        who,
        limits,
        device: devices[n % devices.length] ?? null,
        engine: n % 3,
      }));
      const passed = await Promise.all(attempts.map(passes));
      const passedFrom = (device: string | null): number =>
        passed.filter((is, n) => is && attempts[n]?.device === device).length;
      expect(known.map(passedFrom)).toEqual([5, 5]);
      expect(passedFrom('stranger') + passedFrom(null)).toBe(5);
    }
  });

  it('on prompts stay common to all devices: they all reach one phone', async () => {
    const who = randomUUID();
    await prove(who, 'laptop');
    const limits = [limit({ name: 'prompts', actions: ['push_challenge'], max: 3 })];
    const attempts = Array.from({ length: 90 }, (_, n) => ({
      who,
      limits,
      device: ['laptop', 'stranger', null][n % 3] ?? null,
      engine: n,
    }));
    expect(await passedOf(attempts)).toBe(3);
  });

  it('are kept apart by subject, also for a device of one name', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const limits = [limit({ max: 1 })];
    for (const who of [one, other]) await prove(who, 'laptop');
    expect(
      await passedOf([one, one, other].map((who) => ({ who, limits, device: 'laptop' }))),
    ).toBe(2);
  });

  it.each(['subject', 'source', 'tenant'] as const)(
    'per %s never let more than max pass in any window of their length, however time moves',
    async (per) => {
      const random = randomFrom(seed);
      const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
      for (let round = 0; round < 8; round += 1) {
        const [who, tenant] = [randomUUID(), randomUUID()];
        const windowMs = pick([1_000, minuteMs, 10 * minuteMs]);
        const max = 1 + random(6);
        const limits = [limit({ per, max, windowMs })];
        await prove(who, 'laptop', tenant);
        const passed = new Map<string, number[]>();
        let now = morning + random(windowMs);
        for (let burst = 0; burst < 40; burst += 1) {
          // To the edges of a window and across them, within it, and far beyond.
          now += pick([0, 1, windowMs - 1, windowMs, windowMs + 1, random(windowMs), 3 * windowMs]);
          const attempts = Array.from({ length: 1 + random(2 * max) }, () => ({
            tenant,
            who,
            limits,
            now,
            device: pick(['laptop', 'stranger', null]),
            engine: random(3),
          }));
          const admittedNow = await Promise.all(attempts.map(passes));
          for (const [n, attempt] of attempts.entries()) {
            const ofItsOwn = per === 'subject' && attempt.device === 'laptop';
            const counter = ofItsOwn ? 'known device' : 'common';
            if (admittedNow[n]) passed.set(counter, [...(passed.get(counter) ?? []), now]);
          }
        }
        for (const times of passed.values()) {
          for (const end of times) {
            const within = times.filter((at) => at <= end && at > end - windowMs);
            expect({ round, within: within.length <= max }).toEqual({ round, within: true });
          }
        }
        expect(passed.size).toBe(per === 'subject' ? 2 : 1);
      }
    },
  );
});
