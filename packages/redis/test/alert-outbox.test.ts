import { randomBytes, randomUUID } from 'node:crypto';
import type { OutboxEntry } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import { AlertUnreadableError, createAlertSeal } from '../src/index.js';
import type { Fixture } from './redis-fixture.js';
import { engineOf, openFixture } from './redis-fixture.js';
import { dayMs, event, hourMs, ladder, minuteMs, morning, subject } from './requests.js';

jest.setTimeout(60_000);

describe('the alert outbox', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture({ engines: 3 });
  });
  afterAll(() => fixture.close());

  /** Other tests write to the same streams; a tenant of one's own tells them apart. */
  const entriesOf = async (tenant: string): Promise<readonly OutboxEntry[]> =>
    (await fixture.state.outbox.peek(100_000)).filter(({ alert }) => alert.tenant === tenant);
  const denials = (tenant: string, who: SubjectRef, now: number) =>
    Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        engineOf(fixture, n).events.recordEvent(
          event('push_denied', { tenant, subject: who, now }),
        ),
      ),
    );

  it('holds one alert after five bursts of 100 parallel denials', async () => {
    const [tenant, who] = [randomUUID(), subject('Ålice Ünique')];
    let raised = 0;
    for (let burst = 0; burst < 5; burst += 1) {
      const answers = await denials(tenant, who, morning + burst * minuteMs);
      raised += answers.reduce((sum, { alerts }) => sum + alerts, 0);
    }
    expect(raised).toBe(1);
    const [entry, ...more] = await entriesOf(tenant);
    expect(more).toEqual([]);
    expect(entry?.alert).toMatchObject({
      kind: 'push_fatigue',
      severity: 'high',
      policy: 'workforce',
      count: 5,
      windowMs: dayMs,
      since: morning,
      at: morning,
    });
    expect(entry?.alert.id).toMatch(/^alr_[A-Za-z0-9_-]{22}_f$/);
    expect(createAlertSeal(fixture.secret).open(entry?.alert.sealed ?? '')).toEqual({
      subject: who,
      context: { ip: '198.51.100.23' },
    });
    expect(JSON.stringify(entry)).not.toContain('lice');
  });

  it('raises the next alert when the window has passed', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    await denials(tenant, who, morning);
    await denials(tenant, who, morning + 23 * hourMs);
    expect(await entriesOf(tenant)).toHaveLength(1);
    await denials(tenant, who, morning + dayMs);
    expect(await entriesOf(tenant)).toHaveLength(2);
  });

  it('finds a slow drip of denials in the window of the ladder', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    for (let n = 0; n < 5; n += 1) {
      const now = morning + n * 5 * hourMs;
      await fixture.state.events.recordEvent(event('push_ignored', { tenant, subject: who, now }));
    }
    expect(await entriesOf(tenant)).toHaveLength(1);
  });

  it('holds one critical alert for an approval after three unanswered prompts', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    const tell = (type: 'push_denied' | 'push_ignored' | 'push_approved', now: number) =>
      fixture.state.events.recordEvent(event(type, { tenant, subject: who, now }));
    await tell('push_denied', morning);
    await tell('push_ignored', morning + minuteMs);
    await tell('push_denied', morning + 2 * minuteMs);
    expect(await entriesOf(tenant)).toEqual([]);
    expect((await tell('push_approved', morning + 3 * minuteMs)).alerts).toBe(1);
    expect((await tell('push_approved', morning + 4 * minuteMs)).alerts).toBe(0);
    const [entry, ...more] = await entriesOf(tenant);
    expect(more).toEqual([]);
    expect(entry?.alert).toMatchObject({
      kind: 'push_approved_after_denials',
      severity: 'critical',
      count: 3,
      windowMs: 10 * minuteMs,
      since: morning,
      at: morning + 3 * minuteMs,
    });
  });

  it('finds the tired approval also when a denial before it is told late', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    const tell = (type: 'push_denied' | 'push_approved', occurredAt: number) =>
      fixture.state.events.recordEvent(
        event(type, { tenant, subject: who, occurredAt, now: morning + 5 * minuteMs }),
      );
    await tell('push_denied', morning);
    await tell('push_denied', morning + 1_000);
    await tell('push_approved', morning + 3_000);
    expect(await entriesOf(tenant)).toEqual([]);
    expect((await tell('push_denied', morning + 2_000)).alerts).toBe(1);
  });

  it('thinks nothing of an approval after old prompts, or where the policy does not watch', async () => {
    const [tenant, who, other] = [randomUUID(), subject(), subject()];
    for (let n = 0; n < 3; n += 1) {
      await fixture.state.events.recordEvent(event('push_denied', { tenant, subject: who }));
      await fixture.state.events.recordEvent(event('push_denied', { tenant, subject: other }));
    }
    const late = { tenant, subject: who, now: morning + 11 * minuteMs };
    await fixture.state.events.recordEvent(event('push_approved', late));
    const unwatched = { tenant, subject: other, tiredApprovalAt: null };
    await fixture.state.events.recordEvent(event('push_approved', unwatched));
    expect(await entriesOf(tenant)).toEqual([]);
  });

  it('raises no alert where no rung asks for one', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    const silent = { ...ladder, rungs: ladder.rungs.map((rung) => ({ ...rung, alert: null })) };
    for (let n = 0; n < 12; n += 1) {
      const denied = event('push_denied', { tenant, subject: who, ladder: silent });
      await fixture.state.events.recordEvent(denied);
    }
    expect(await entriesOf(tenant)).toEqual([]);
  });

  it('gives an entry again until it is removed, and then never', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    await denials(tenant, who, morning);
    const first = await entriesOf(tenant);
    expect(await entriesOf(tenant)).toEqual(first);
    await fixture.state.outbox.remove(first);
    await fixture.state.outbox.remove(first);
    expect(await entriesOf(tenant)).toEqual([]);
  });

  it('takes out what no engine wrote, and tells of it', async () => {
    const told: string[] = [];
    const secret = randomBytes(32);
    const watching = await openFixture({ secret, onForeignEntry: (receipt) => told.push(receipt) });
    await fixture.raw.xadd('sg:v1:outbox:{s00}', '*', 'kind', 'push_fatigue', 'url', 'http://x/');
    const entries = await watching.state.outbox.peek(100_000);
    expect(entries.every(({ alert }) => alert.sealed !== '')).toBe(true);
    expect(told).toHaveLength(1);
    await watching.state.outbox.peek(100_000);
    expect(told).toHaveLength(1);
    await watching.close();
  });
});

describe('the alert seal', () => {
  const told = { subject: { type: 'user', id: 'alice' }, context: { ip: '203.0.113.9' } };

  it('opens what it sealed, and no two seals look alike', () => {
    const seal = createAlertSeal(randomBytes(32));
    expect(seal.open(seal.seal(told))).toEqual(told);
    expect(seal.seal(told)).not.toBe(seal.seal(told));
  });

  it('refuses any changed byte, a cut text and another secret', () => {
    const seal = createAlertSeal(randomBytes(32));
    const bytes = Buffer.from(seal.seal(told), 'base64url');
    for (let n = 0; n < bytes.length; n += 1) {
      const changed = Buffer.from(bytes);
      changed[n] = (changed[n] ?? 0) ^ 1;
      expect(() => seal.open(changed.toString('base64url'))).toThrow(AlertUnreadableError);
      expect(() => seal.open(bytes.toString('base64url', 0, n))).toThrow(AlertUnreadableError);
    }
    const other = createAlertSeal(randomBytes(32));
    expect(() => other.open(bytes.toString('base64url'))).toThrow(AlertUnreadableError);
  });
});
