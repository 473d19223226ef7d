import { randomUUID } from 'node:crypto';
import { forgottenSubject } from '@stepgate/assessment';
import type { Fixture } from './redis-fixture.js';
import { openFixture } from './redis-fixture.js';
import {
  admission,
  admitted,
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
  viewing,
} from './requests.js';

describe('the subject store', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  it('has no view of a subject of which nothing is known', async () => {
    expect(await fixture.state.subjects.viewSubject(viewing(subject()))).toBeNull();
  });

  it('shows what is known, devices by pseudonym', async () => {
    const who = subject();
    const { events, attempts, subjects } = fixture.state;
    const asked = {
      tenant: 'acme',
      subject: who,
      address: null,
      deviceId: 'laptop-1',
      traits: null,
    };
    const { device } = attempts.pseudonymsOf(asked);
    await events.recordEvent(
      event('login_succeeded', { subject: who, learn: learned({ device }) }),
    );
    await events.recordEvent(event('login_failed', { subject: who }));
    await events.recordEvent(event('push_sent', { subject: who }));
    await events.recordEvent(event('push_denied', { subject: who }));
    await events.recordEvent(event('credential_breached', { subject: who }));
    await events.recordEvent(event('feedback_compromised', { subject: who }));
    const now = morning + hourMs;
    expect(await subjects.viewSubject(viewing(who, now))).toEqual({
      logins: 1,
      lastLoginAt: morning,
      devices: [
        {
          id: device?.slice(0, 20),
          firstSeenAt: morning,
          lastSeenAt: morning,
          trusted: false,
        },
      ],
      countries: ['NL'],
      asns: [1136],
      loginsByHour: Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 1 : 0)),
      failures24h: 1,
      pushPrompts24h: { sent: 1, approved: 0, denied: 1, ignored: 0, reported: 0 },
      lock: {
        reason: 'feedback_compromised',
        since: morning,
        until: morning + dayMs,
        exceptKnownDevice: false,
      },
      credentialBreachedAt: morning,
      accountRiskAt: null,
      push: expect.objectContaining({ ladder: 1, pending: 0, since: morning }) as unknown,
      alert: null,
    });
    expect(await subjects.viewSubject(viewing(who, now, 'other'))).toBeNull();
  });

  it('forgets a subject and its decisions', async () => {
    const who = subject();
    const { attempts, decisions, events, subjects } = fixture.state;
    const found = admitted(await attempts.admitAttempt(admission({ subject: who })));
    const record = recordOf(found);
    await decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null });
    await events.recordEvent(event('login_succeeded', { subject: who, learn: learned() }));
    await events.recordEvent(event('push_denied', { subject: who }));
    await subjects.eraseSubject('acme', who, morning);
    expect(await subjects.viewSubject(viewing(who, morning))).toBeNull();
    expect(await decisions.findDecision('acme', record.decisionId)).toBeNull();
    const hash = found.pseudonyms.subject.slice(4);
    expect(await fixture.raw.keys(`*${hash}*`)).toEqual([]);
  });

  it('keeps a live lock through erasure, and nothing else, until the lock ends', async () => {
    const who = subject();
    const { attempts, events, subjects } = fixture.state;
    await events.recordEvent(event('login_succeeded', { subject: who, learn: learned() }));
    await events.recordEvent(event('credential_breached', { subject: who }));
    await events.recordEvent(event('feedback_compromised', { subject: who }));
    await subjects.eraseSubject('acme', who, morning + minuteMs);
    const found = admitted(await attempts.admitAttempt(admission({ subject: who })));
    expect(found.state.lock).toMatchObject({ reason: 'feedback_compromised' });
    expect(found.state.history.logins).toBe(0);
    expect(found.state.credentialBreachedAt).toBeNull();
    const hash = found.pseudonyms.subject.slice(4);
    const [key, ...more] = await fixture.raw.keys(`*${hash}*`);
    expect(more).toEqual([]);
    expect(await fixture.raw.pttl(key ?? '')).toBeLessThanOrEqual(dayMs - minuteMs);
    await subjects.eraseSubject('acme', who, morning + 2 * dayMs);
    expect(await fixture.raw.keys(`*${hash}*`)).toEqual([]);
  });

  it('makes the alerts of an erased subject unreadable, wherever they have got to', async () => {
    const [who, tenant] = [subject(), randomUUID()];
    const { events, outbox, seal, subjects } = fixture.state;
    const address = '198.51.100.7';
    for (let n = 0; n < 5; n += 1) {
      await events.recordEvent(event('push_denied', { subject: who, tenant, address }));
    }
    const sent = (await outbox.peek(100_000)).find(({ alert }) => alert.tenant === tenant)?.alert;
    if (sent === undefined) throw new Error('no alert');
    expect((await seal.open(sent)).subject).toEqual(who);
    await subjects.eraseSubject(tenant, who, morning);
    const opened = await seal.open(sent);
    expect(opened.subject).toEqual(forgottenSubject);
    expect(JSON.stringify(opened)).not.toContain(address);
  });

  it('gives out all that is kept of a subject', async () => {
    const who = subject();
    const { attempts, decisions, events, subjects } = fixture.state;
    const asked = { ...viewing(who), counting: counting({ limits: [limit()] }) };
    expect(await subjects.exportSubject(asked)).toBeNull();
    const request = admission({ subject: who, counting: asked.counting });
    const record = recordOf(admitted(await attempts.admitAttempt(request)));
    await decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null });
    await events.recordEvent(event('login_succeeded', { subject: who, learn: learned() }));
    const kept = await subjects.exportSubject(asked);
    expect(kept).toMatchObject({
      view: { logins: 1 },
      places: [{ latitude: 52.374, longitude: 4.8897, precisionKm: 20, at: morning }],
      decisions: [{ decisionId: record.decisionId }],
      limits: [{ name: 'attempts', count: 1 }],
    });
    expect(kept?.traits).toContainEqual({ kind: 'country', value: 'NL', logins: 1 });
  });

  it('refuses a settlement that was judged before the erasure of a locked subject', async () => {
    const who = subject();
    const { attempts, decisions, events, subjects } = fixture.state;
    await events.recordEvent(event('feedback_compromised', { subject: who }));
    const found = admitted(await attempts.admitAttempt(admission({ subject: who })));
    await subjects.eraseSubject('acme', who, morning);
    const record = recordOf(found);
    await decisions.recordDecision({ tenant: 'acme', subject: who, record, attempt: null });
    const { decisionId } = record;
    const settle = {
      tenant: 'acme',
      decisionId,
      record,
      outcome: 'allow',
      riskMs: 0,
      now: morning,
    } as const;
    expect(await decisions.settleDecision({ ...settle, guardVersion: 1 })).toBe('stale');
    expect(await decisions.settleDecision({ ...settle, guardVersion: 2 })).toBe('consumed');
  });

  it('uses its own clock where no time is given', async () => {
    const who = subject(randomUUID());
    await fixture.state.events.recordEvent(event('login_failed', { subject: who, now: null }));
    const view = await fixture.state.subjects.viewSubject(viewing(who, null));
    expect(view?.failures24h).toBe(1);
    await fixture.state.subjects.eraseSubject('acme', who);
    expect(await fixture.state.subjects.viewSubject(viewing(who, null))).toBeNull();
  });
});
