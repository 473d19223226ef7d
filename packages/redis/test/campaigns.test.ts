import { randomUUID } from 'node:crypto';
import type { EventType, SealedAlert } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import type { Fixture } from './redis-fixture.js';
import { engineOf, openFixture } from './redis-fixture.js';
import { event, hourMs, minuteMs, morning, subject } from './requests.js';

jest.setTimeout(60_000);

describe('a campaign', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture({ engines: 3 });
  });
  afterAll(() => fixture.close());

  const campaignsOf = async (tenant: string): Promise<readonly SealedAlert[]> =>
    (await fixture.state.outbox.peek(100_000))
      .map(({ alert }) => alert)
      .filter((alert) => alert.tenant === tenant && alert.kind === 'push_campaign');
  const subjects = (count: number): readonly SubjectRef[] =>
    Array.from({ length: count }, () => subject());
  const from = (tenant: string, address: string, asn: number) => {
    const asked = { tenant, subject: subject(), address, deviceId: null, traits: null };
    const { source } = fixture.state.attempts.pseudonymsOf(asked);
    return { tenant, address, sourcePseudonym: source, country: 'RO', asn };
  };
  const tell = (
    type: EventType,
    who: SubjectRef,
    told: Parameters<typeof event>[1] & { readonly engine?: number },
  ) =>
    engineOf(fixture, told.engine ?? 0).events.recordEvent(event(type, { ...told, subject: who }));

  it('is one alert when one address prompts ten subjects in vain, however parallel', async () => {
    const tenant = randomUUID();
    const origin = from(tenant, '198.51.100.77', 64_500);
    const victims = subjects(40);
    await Promise.all(
      victims.map((who, engine) => tell('push_denied', who, { ...origin, engine })),
    );
    const [opened, ...more] = await campaignsOf(tenant);
    expect(more.map(({ campaign, phase }) => [campaign?.scope, phase])).toEqual([
      ['network', 'opened'],
    ]);
    expect(opened).toMatchObject({
      phase: 'opened',
      severity: 'critical',
      count: 10,
      sealedSubject: null,
      campaign: { scope: 'source', subjects: 10 },
    });
    if (opened === undefined) throw new Error('no alert');
    const alert = await fixture.state.seal.open(opened);
    expect(alert.campaign?.sample).toHaveLength(10);
    expect(victims).toEqual(expect.arrayContaining([...(alert.campaign?.sample ?? [])]));
    expect(alert.sources).toEqual([
      { country: 'RO', asn: 64_500, address: '198.51.100.77', prompts: 10, lastAt: morning },
    ]);
  });

  it('is seen in a network whose addresses prompt one subject each', async () => {
    const tenant = randomUUID();
    for (const [n, who] of subjects(25).entries()) {
      await tell('push_ignored', who, from(tenant, `198.51.100.${String(n)}`, 64_501));
    }
    const [opened, ...more] = await campaignsOf(tenant);
    expect(more).toEqual([]);
    expect(opened?.campaign).toMatchObject({ scope: 'network', subjects: 25 });
  });

  it('is no office whose people approve what they are sent', async () => {
    const tenant = randomUUID();
    const office = from(tenant, '203.0.113.1', 64_502);
    for (const [n, who] of subjects(200).entries()) {
      const now = morning + n * 10_000;
      await tell('push_sent', who, { ...office, now });
      await tell('push_approved', who, { ...office, now: now + 5_000 });
    }
    expect(await campaignsOf(tenant)).toEqual([]);
  });

  it('counts prompts that were sent once they have run out, even to those prompted again', async () => {
    const tenant = randomUUID();
    const origin = from(tenant, '198.51.100.78', 64_503);
    const victims = subjects(10);
    for (const minutes of [0, 1]) {
      for (const who of victims) {
        await tell('push_sent', who, { ...origin, now: morning + minutes * minuteMs });
      }
    }
    expect(await campaignsOf(tenant)).toEqual([]);
    const [first = subject()] = victims;
    await tell('push_sent', first, { ...origin, now: morning + 2 * minuteMs });
    expect((await campaignsOf(tenant)).map(({ count }) => count)).toEqual([10]);
  });

  it('is one alert of the tenant when many of its subjects are under attack, with few messages', async () => {
    const tenant = randomUUID();
    for (const [n, who] of subjects(30).entries()) {
      const now = morning + n * minuteMs;
      for (let k = 0; k < 5; k += 1) await tell('push_denied', who, { tenant, now });
    }
    const told = await campaignsOf(tenant);
    expect(new Set(told.map(({ alertId }) => alertId)).size).toBe(1);
    expect(told.map(({ phase, count }) => [phase, count])).toEqual([
      ['opened', 10],
      ['updated', 20],
      ['updated', 30],
    ]);
    const last = subjects(1)[0] ?? subject();
    const later = morning + 3 * hourMs;
    for (let k = 0; k < 5; k += 1) await tell('push_denied', last, { tenant, now: later });
    expect((await campaignsOf(tenant)).at(-1)).toMatchObject({
      phase: 'closed',
      closedBy: 'quiet',
    });
  });

  it('is counted once for a subject whose event is told again and again', async () => {
    const tenant = randomUUID();
    const origin = from(tenant, '198.51.100.79', 64_504);
    for (const who of subjects(9)) {
      const id = randomUUID();
      for (let n = 0; n < 3; n += 1) await tell('push_denied', who, { ...origin, id });
    }
    expect(await campaignsOf(tenant)).toEqual([]);
  });
});
