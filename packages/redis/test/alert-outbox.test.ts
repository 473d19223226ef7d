import { randomBytes, randomUUID } from 'node:crypto';
import type { OutboxEntry } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import type { Fixture } from './redis-fixture.js';
import { engineOf, openFixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  counting,
  dayMs,
  event,
  hourMs,
  ladder,
  minuteMs,
  morning,
  subject,
} from './requests.js';

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

  const phasesOf = async (tenant: string): Promise<readonly string[]> =>
    (await entriesOf(tenant)).map(({ alert }) => `${alert.phase} ${alert.severity}`);
  const seal = () => fixture.state.seal;

  it('holds one alert after five bursts of 100 parallel denials, opened and escalated once', async () => {
    const [tenant, who] = [randomUUID(), subject('Ålice Ünique')];
    let raised = 0;
    for (let burst = 0; burst < 5; burst += 1) {
      const answers = await denials(tenant, who, morning + burst * minuteMs);
      raised += answers.reduce((sum, { alerts }) => sum + alerts, 0);
    }
    expect(raised).toBe(1);
    expect(await phasesOf(tenant)).toEqual(['opened high', 'escalated critical']);
    const [opened, escalated] = await entriesOf(tenant);
    expect(opened?.alert).toMatchObject({
      kind: 'push_fatigue',
      policy: 'workforce',
      count: 5,
      windowMs: dayMs,
      openedAt: morning,
      since: morning,
      at: morning,
      prompts: { sent: 0, approved: 0, denied: 5, ignored: 0, reported: 0 },
      actions: ['number_matching_required', 'push_forbidden'],
    });
    expect(opened?.alert.id).toMatch(/^alr_[A-Za-z0-9_-]{22}_1$/);
    expect(escalated?.alert.alertId).toBe(opened?.alert.alertId);
    expect(escalated?.alert).toMatchObject({ revision: 2, count: 10 });
    expect(escalated?.alert.actions).toContain('subject_held');
    if (opened === undefined) throw new Error('no alert');
    expect((await seal().open(opened.alert)).subject).toEqual(who);
    expect(JSON.stringify(opened)).not.toContain('lice');
  });

  it('is told of growth from time to time, and of quiet once', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    const deny = (now: number) =>
      fixture.state.events.recordEvent(event('push_denied', { tenant, subject: who, now }));
    for (let n = 0; n < 10; n += 1) await deny(morning + n);
    await deny(morning + 9 * minuteMs);
    await deny(morning + 11 * minuteMs);
    expect(await phasesOf(tenant)).toEqual([
      'opened high',
      'escalated critical',
      'updated critical',
    ]);
    await deny(morning + 3 * hourMs);
    const entries = await entriesOf(tenant);
    expect(entries.slice(3).map(({ alert }) => [alert.phase, alert.closedBy])).toEqual([
      ['closed', 'quiet'],
      ['opened', null],
    ]);
    expect(entries[3]?.alert.alertId).toBe(entries[0]?.alert.alertId);
    expect(entries[4]?.alert.alertId).not.toBe(entries[0]?.alert.alertId);
    expect(entries[4]?.alert.count).toBe(13);
  });

  it.each(['feedback_legitimate', 'feedback_compromised'] as const)(
    'is told when %s closes the alert',
    async (feedback) => {
      const [tenant, who] = [randomUUID(), subject()];
      await denials(tenant, who, morning);
      await fixture.state.events.recordEvent(event(feedback, { tenant, subject: who }));
      const closed = (await entriesOf(tenant)).at(-1)?.alert;
      expect(closed).toMatchObject({ phase: 'closed', closedBy: feedback });
      const view = { tenant, subject: who, counting: counting(), now: morning };
      expect((await fixture.state.subjects.viewSubject(view))?.alert).toBeNull();
    },
  );

  it('says where the prompts came from, the busiest first, and names no address at rest', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    const prompt = (n: number) => {
      const address = `198.51.100.${String(n % 20)}`;
      const { attempts, events } = fixture.state;
      const deviceId = `device ${String(n % 5)}`;
      const own = attempts.pseudonymsOf({
        tenant,
        subject: who,
        address,
        deviceId,
        traits: null,
      });
      return events.recordEvent(
        event('push_denied', {
          tenant,
          subject: who,
          address,
          sourcePseudonym: own.source,
          devicePseudonym: own.device,
          country: n % 20 === 7 ? 'RO' : 'NL',
          asn: 64_500,
          now: morning + n,
        }),
      );
    };
    for (let n = 0; n < 40; n += 1) await prompt(n);
    await prompt(7);
    await prompt(27);
    await fixture.state.events.recordEvent(
      event('push_approved', { tenant, subject: who, now: morning + minuteMs }),
    );
    const told = (await entriesOf(tenant)).at(-1);
    expect(JSON.stringify(told)).not.toContain('198.51');
    if (told === undefined) throw new Error('no alert');
    const alert = await seal().open(told.alert);
    expect(alert.sources[0]).toMatchObject({ country: 'RO', asn: 64_500, address: '198.51.100.7' });
    expect(alert.sources).toHaveLength(10);
    expect(alert.sourceCount).toBeGreaterThanOrEqual(20);
    expect(alert.devices).toHaveLength(5);
    expect(alert).toMatchObject({
      kind: 'push_approved_after_denials',
      approvedAt: morning + minuteMs,
      deviceCount: 5,
    });
  });

  it('finds a slow drip of denials in the window of the ladder', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    for (let n = 0; n < 5; n += 1) {
      const now = morning + n * 5 * hourMs;
      await fixture.state.events.recordEvent(event('push_ignored', { tenant, subject: who, now }));
    }
    expect(await entriesOf(tenant)).toHaveLength(1);
  });

  it('opens a critical alert for an approval after three unanswered prompts, once', async () => {
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
      phase: 'opened',
      severity: 'critical',
      count: 3,
      since: morning,
      at: morning + 3 * minuteMs,
      approvedAt: morning + 3 * minuteMs,
      actions: ['approval_refused'],
    });
  });

  it('turns the open alert into a critical one when the victim gives in', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    for (let n = 0; n < 5; n += 1) {
      await fixture.state.events.recordEvent(event('push_denied', { tenant, subject: who }));
    }
    const { pseudonyms } = admitted(
      await fixture.state.attempts.admitAttempt(admission({ tenant, subject: who })),
    );
    const bySomeCompletion = { pseudonym: pseudonyms.subject };
    await fixture.state.events.recordEvent(
      event('push_approved', { tenant, subject: bySomeCompletion, now: morning + minuteMs }),
    );
    const [opened, escalated, ...more] = await entriesOf(tenant);
    expect(more).toEqual([]);
    expect(escalated?.alert).toMatchObject({
      alertId: opened?.alert.alertId,
      kind: 'push_approved_after_denials',
      phase: 'escalated',
      severity: 'critical',
    });
    if (escalated === undefined) throw new Error('no alert');
    expect((await seal().open(escalated.alert)).subject).toEqual(who);
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

  it('thinks nothing of an approval after old prompts, after two, or where no policy watches', async () => {
    const [tenant, who, other, clumsy] = [randomUUID(), subject(), subject(), subject()];
    for (let n = 0; n < 3; n += 1) {
      await fixture.state.events.recordEvent(event('push_denied', { tenant, subject: who }));
      await fixture.state.events.recordEvent(event('push_denied', { tenant, subject: other }));
      if (n === 2) continue;
      await fixture.state.events.recordEvent(event('push_denied', { tenant, subject: clumsy }));
    }
    const late = { tenant, subject: who, now: morning + 61 * minuteMs };
    await fixture.state.events.recordEvent(event('push_approved', late));
    const unwatched = { tenant, subject: other, rules: { tiredApprovalAt: null } };
    await fixture.state.events.recordEvent(event('push_approved', unwatched));
    await fixture.state.events.recordEvent(event('push_approved', { tenant, subject: clumsy }));
    expect(await entriesOf(tenant)).toEqual([]);
  });

  it('opens no alert where no rung asks for one', async () => {
    const [tenant, who] = [randomUUID(), subject()];
    const silent = { ...ladder, rungs: ladder.rungs.map((rung) => ({ ...rung, alert: null })) };
    for (let n = 0; n < 12; n += 1) {
      const denied = event('push_denied', { tenant, subject: who, rules: { ladder: silent } });
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
    expect(entries.every(({ alert }) => alert.alertId !== '')).toBe(true);
    expect(told).toHaveLength(1);
    await watching.state.outbox.peek(100_000);
    expect(told).toHaveLength(1);
    await watching.close();
  });
});
