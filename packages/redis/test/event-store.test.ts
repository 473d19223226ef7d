import { randomUUID } from 'node:crypto';
import type { EventType, SubjectView } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import type { Fixture } from './redis-fixture.js';
import { engineOf, openFixture } from './redis-fixture.js';
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
  viewing,
} from './requests.js';

jest.setTimeout(60_000);

describe('the event store', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture({ engines: 3 });
  });
  afterAll(() => fixture.close());

  const tell = (type: EventType, who: SubjectRef, overrides: Parameters<typeof event>[1] = {}) =>
    fixture.state.events.recordEvent(event(type, { subject: who, ...overrides }));
  const stateOf = async (who: SubjectRef, now = morning) =>
    admitted(await fixture.state.attempts.admitAttempt(admission({ subject: who, now }))).state;
  const view = (who: SubjectRef, now = morning): Promise<SubjectView | null> =>
    fixture.state.subjects.viewSubject(viewing(who, now));
  const deviceOf = (who: SubjectRef, deviceId: string) =>
    fixture.state.attempts.pseudonymsOf({
      tenant: 'acme',
      subject: who,
      address: null,
      deviceId,
      traits: null,
    }).device;

  it('counts an event id once, whatever the parallelism', async () => {
    const who = subject();
    const denied = event('push_denied', { subject: who });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => engineOf(fixture, n).events.recordEvent(denied)),
    );
    expect(answers.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect((await stateOf(who)).push.last10m.denied).toBe(1);
  });

  it('keeps the same event id of two subjects and of two tenants apart', async () => {
    const [one, two] = [subject(), subject()];
    const id = randomUUID();
    expect((await tell('login_failed', one, { id })).fresh).toBe(true);
    expect((await tell('login_failed', two, { id })).fresh).toBe(true);
    expect((await tell('login_failed', one, { id, tenant: 'other' })).fresh).toBe(true);
    expect((await tell('login_failed', one, { id })).fresh).toBe(false);
    expect((await stateOf(one)).subjectFailures.last24h).toBe(1);
  });

  it('puts each prompt and answer into its windows, late ones at their own time', async () => {
    const who = subject();
    await tell('push_sent', who);
    await tell('push_denied', who, { occurredAt: morning - 5 * minuteMs });
    await tell('push_ignored', who, { occurredAt: morning - 30 * minuteMs });
    await tell('push_reported', who, { occurredAt: morning - 2 * hourMs });
    await tell('push_denied', who, { occurredAt: morning - 25 * hourMs });
    await tell('push_denied', who, { occurredAt: morning + hourMs });
    await tell('push_cancelled', who);
    const { push } = await stateOf(who);
    expect(push.last10m).toEqual({ sent: 1, approved: 0, denied: 2, ignored: 0, reported: 0 });
    expect(push.last1h).toEqual({ sent: 1, approved: 0, denied: 2, ignored: 1, reported: 0 });
    expect(push.last24h).toEqual({ sent: 1, approved: 0, denied: 2, ignored: 1, reported: 1 });
  });

  it('counts failures against the source and its distinct subjects, once each', async () => {
    const address = '2001:db8:7:7::1';
    const tenant = randomUUID();
    const victims = Array.from({ length: 40 }, () => subject());
    for (const who of victims) {
      const failed = event('login_failed', { tenant, subject: who, address });
      await fixture.state.events.recordEvent(failed);
      await fixture.state.events.recordEvent(failed);
    }
    const neighbour = admission({ tenant, address: '2001:db8:7:7:ffff::9', now: morning });
    const { state } = admitted(await fixture.state.attempts.admitAttempt(neighbour));
    expect(state.source?.failures.tuned).toBe(40);
    expect(state.source?.failedSubjects.tuned).toBe(40);
    const stranger = admission({ tenant, address: '2001:db8:7:8::1', now: morning });
    const other = admitted(await fixture.state.attempts.admitAttempt(stranger));
    expect(other.state.source?.failures.last24h).toBe(0);
  });

  it('finds the source of a failure from its pseudonym', async () => {
    const tenant = randomUUID();
    const request = admission({ tenant });
    const { source } = fixture.state.attempts.pseudonymsOf(request);
    await fixture.state.events.recordEvent(
      event('login_failed', { tenant, sourcePseudonym: source }),
    );
    const { state } = admitted(await fixture.state.attempts.admitAttempt(request));
    expect(state.source?.failures.last10m).toBe(1);
  });

  it('sets the ladder back at a login from a device known before the attack, and only then', async () => {
    const who = subject();
    const learn = (name: string) => learned({ device: deviceOf(who, name) });
    await tell('login_succeeded', who, { learn: learn('laptop'), now: morning - hourMs });
    for (let n = 0; n < 3; n += 1) await tell('push_denied', who);
    await tell('push_sent', who);
    for (const minutes of [1, 2]) {
      const now = morning + minutes * minuteMs;
      await tell('login_succeeded', who, { learn: learn('phone of the thief'), now });
      expect((await stateOf(who, now)).push).toMatchObject({ ladder: 3, sentSinceSuccess: 0 });
    }
    const own = morning + 3 * minuteMs;
    await tell('login_succeeded', who, { learn: learn('laptop'), now: own });
    const { push } = await stateOf(who, own);
    expect(push).toMatchObject({ ladder: 0, since: null, pending: 0 });
    expect(push.last10m.denied).toBe(3);
  });

  it('learns no stranger while an alert is open, unless something unphishable proved it', async () => {
    const who = subject();
    for (let n = 0; n < 5; n += 1) await tell('push_denied', who);
    await tell('login_succeeded', who, { learn: learned({ device: deviceOf(who, 'thief') }) });
    expect((await view(who))?.devices).toEqual([]);
    const device = deviceOf(who, 'new phone');
    await tell('login_succeeded', who, { learn: learned({ device, phishingResistant: true }) });
    expect((await view(who))?.devices).toHaveLength(1);
  });

  it('remembers that an account was under attack, or signed in to at high risk', async () => {
    const [attacked, risky, calm] = [subject(), subject(), subject()];
    for (let n = 0; n < 3; n += 1) await tell('push_denied', attacked);
    expect((await stateOf(attacked)).accountRiskAt).toBe(morning);
    await tell('login_succeeded', risky, { risky: true });
    expect((await stateOf(risky)).accountRiskAt).toBe(morning);
    await tell('push_denied', calm);
    await tell('login_succeeded', calm);
    expect((await stateOf(calm)).accountRiskAt).toBeNull();
    await tell('feedback_legitimate', attacked);
    expect((await stateOf(attacked)).accountRiskAt).toBeNull();
  });

  it('forgets the prompts sent before a login that teaches nothing', async () => {
    const who = subject();
    await tell('push_sent', who);
    await tell('push_sent', who);
    expect((await stateOf(who)).push.sentSinceSuccess).toBe(2);
    await tell('login_succeeded', who, { now: morning + minuteMs });
    expect((await stateOf(who, morning + minuteMs)).push.sentSinceSuccess).toBe(0);
    expect((await view(who))?.logins).toBe(0);
  });

  it('locks at a rung that denies, and a later smaller hold does not shorten the lock', async () => {
    const who = subject();
    for (let n = 0; n < 9; n += 1) await tell('push_ignored', who);
    expect((await stateOf(who)).lock).toBeNull();
    await tell('push_ignored', who);
    const held = morning + 20 * minuteMs;
    expect((await stateOf(who)).lock).toEqual({
      reason: 'push_fatigue',
      since: morning,
      until: held,
      exceptKnownDevice: true,
    });
    expect((await stateOf(who, held - 1)).lock).not.toBeNull();
    expect((await stateOf(who, held)).lock).toBeNull();
    await tell('feedback_compromised', who, { now: morning + minuteMs });
    const strict = { reason: 'feedback_compromised', exceptKnownDevice: false };
    const until = morning + minuteMs + dayMs;
    expect((await stateOf(who)).lock).toMatchObject({ ...strict, since: morning, until });
    await tell('push_denied', who, { now: morning + 2 * minuteMs });
    expect((await stateOf(who)).lock).toMatchObject({ ...strict, until });
  });

  it('does not renew a hold for a prompt that is told too late to count', async () => {
    const who = subject();
    for (let n = 0; n < 10; n += 1) await tell('push_denied', who);
    const now = morning + 10 * minuteMs;
    await tell('push_denied', who, { now, occurredAt: morning - 25 * hourMs });
    expect((await stateOf(who, now)).lock?.until).toBe(morning + 20 * minuteMs);
  });

  it('takes a report for the top of the ladder', async () => {
    const who = subject();
    expect(await tell('push_reported', who)).toEqual({ fresh: true, alerts: 1, rung: 10 });
    const { push, lock } = await stateOf(who);
    expect(push.ladder).toBe(10);
    expect(lock?.reason).toBe('push_fatigue');
  });

  it('clears lock, breach and ladder on legitimate feedback', async () => {
    const who = subject();
    for (let n = 0; n < 10; n += 1) await tell('push_denied', who);
    await tell('credential_breached', who);
    expect(await stateOf(who)).toMatchObject({
      credentialBreachedAt: morning,
      push: { ladder: 10 },
    });
    await tell('feedback_legitimate', who, { now: morning + minuteMs });
    expect(await stateOf(who, morning + minuteMs)).toMatchObject({
      lock: null,
      credentialBreachedAt: null,
      push: { ladder: 0 },
    });
  });

  it('remembers a breach for ninety days', async () => {
    const who = subject();
    await tell('credential_breached', who);
    expect((await stateOf(who, morning + 89 * dayMs)).credentialBreachedAt).toBe(morning);
    expect((await stateOf(who, morning + 91 * dayMs)).credentialBreachedAt).toBeNull();
  });

  it('trusts a device for good once a phishing-resistant login proved it', async () => {
    const who = subject();
    const device = deviceOf(who, 'laptop-1');
    await tell('login_succeeded', who, { learn: learned({ device, phishingResistant: true }) });
    await tell('login_succeeded', who, { learn: learned({ device }), now: morning + hourMs });
    expect((await stateOf(who)).history.device).toEqual({
      firstSeenAt: morning,
      lastSeenAt: morning + hourMs,
      trusted: true,
      sameFingerprint: null,
    });
  });

  it('keeps the latest of everything when logins are told out of order', async () => {
    const who = subject();
    await tell('login_succeeded', who, { learn: learned() });
    const early = { latitude: -33.87, longitude: 151.21, precisionKm: 50 };
    await tell('login_succeeded', who, {
      learn: learned({ place: early }),
      occurredAt: morning - 3 * hourMs,
    });
    const { history } = await stateOf(who);
    expect(history).toMatchObject({ logins: 2, lastLoginAt: morning });
    expect(history.places[0]).toMatchObject({ latitude: 52.374, at: morning });
    expect(history.loginsByHour.filter((count) => count === 1)).toHaveLength(2);
  });

  it('forgets the least recently seen device, country and network beyond its bounds', async () => {
    const who = subject();
    const name = (n: number): string => String.fromCharCode(65 + Math.floor(n / 26), 65 + (n % 26));
    for (let n = 0; n < 40; n += 1) {
      await tell('login_succeeded', who, {
        learn: learned({
          device: deviceOf(who, `device ${String(n)}`),
          traits: `i:${name(n)},a:${String(n)},c:${name(n)},u:${name(n)},b:one,o:one,t:desktop,l:${String(n)}`,
        }),
        now: morning + n * minuteMs,
      });
    }
    const known = await view(who, morning + hourMs);
    expect(known?.devices).toHaveLength(16);
    expect(known?.countries).toEqual(Array.from({ length: 16 }, (_, n) => name(24 + n)));
    expect(known?.asns).toEqual(Array.from({ length: 32 }, (_, n) => 8 + n));
    expect((await stateOf(who)).history).toMatchObject({
      logins: 40,
      knownDevices: 16,
      knownCountries: 16,
      knownAsns: 32,
    });
  });

  it('lets hours fade rather than overflow', async () => {
    const who = subject();
    for (let n = 0; n < 1_300; n += 1) await tell('login_succeeded', who, { learn: learned() });
    const hours = (await view(who))?.loginsByHour ?? [];
    expect(hours[10]).toBe(648 + (1_300 - 1_296));
    expect(hours.reduce((sum, count) => sum + count, 0)).toBe(hours[10]);
  });
});
