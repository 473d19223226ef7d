import type { SettlementRequest } from '@stepgate/assessment';
import type { Fixture } from './redis-fixture.js';
import { engineOf, openFixture } from './redis-fixture.js';
import {
  admission,
  admitted,
  counting,
  event,
  hourMs,
  minuteMs,
  morning,
  recordOf,
  subject,
} from './requests.js';

jest.setTimeout(60_000);

describe('the decision store', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture({ engines: 3 });
  });
  afterAll(() => fixture.close());

  const decide = async () => {
    const who = subject();
    const found = admitted(await fixture.state.attempts.admitAttempt(admission({ subject: who })));
    const record = recordOf(found);
    await fixture.state.decisions.recordDecision({
      tenant: 'acme',
      subject: who,
      record,
      attempt: null,
    });
    return { who, record };
  };
  const open = (decisionId: string, now = morning + minuteMs) =>
    fixture.state.decisions.openDecision({
      tenant: 'acme',
      decisionId,
      counting: counting(),
      now,
    });
  const settlement = (
    record: SettlementRequest['record'],
    overrides: Partial<SettlementRequest> = {},
  ): SettlementRequest => ({
    tenant: 'acme',
    decisionId: record.decisionId,
    guardVersion: 0,
    record: {
      ...record,
      completion: { at: morning, authenticator: 'passkey', outcome: 'allow' },
    },
    outcome: 'allow',
    riskMs: 0,
    now: morning + minuteMs,
    ...overrides,
  });

  it('finds a decision by its id alone, within its tenant only', async () => {
    const { record } = await decide();
    const { decisions } = fixture.state;
    expect(await decisions.findDecision('acme', record.decisionId)).toEqual(record);
    expect(await decisions.findDecision('other', record.decisionId)).toBeNull();
    for (const junk of [
      '',
      'nonsense',
      '*',
      record.decisionId.toUpperCase(),
      `${record.decisionId}x`,
    ]) {
      expect(await decisions.findDecision('acme', junk)).toBeNull();
    }
  });

  it('keeps the record that was stored first', async () => {
    const { who, record } = await decide();
    const later = { ...record, deviceKnown: true };
    const asked = { tenant: 'acme', subject: who, record: later, attempt: null };
    expect(await fixture.state.decisions.recordDecision(asked)).toEqual(record);
  });

  it('opens a decision with the prompts and the lock of its subject', async () => {
    const { who, record } = await decide();
    await fixture.state.events.recordEvent(event('push_denied', { subject: who }));
    await fixture.state.events.recordEvent(event('feedback_compromised', { subject: who }));
    expect(await open(record.decisionId)).toMatchObject({
      record,
      at: morning + minuteMs,
      push: { last10m: { denied: 1 }, ladder: 1 },
      lock: { reason: 'feedback_compromised', exceptKnownDevice: false },
      guardVersion: 2,
    });
  });

  it('lets exactly one of 200 parallel settlements through', async () => {
    const { record } = await decide();
    const settlements = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        engineOf(fixture, n).decisions.settleDecision(settlement(record)),
      ),
    );
    expect(settlements.filter((one) => one === 'consumed')).toHaveLength(1);
    expect(settlements.filter((one) => one === 'already_consumed')).toHaveLength(199);
    const stored = await fixture.state.decisions.findDecision('acme', record.decisionId);
    expect(stored?.completion?.outcome).toBe('allow');
  });

  it.each([
    'push_denied',
    'push_ignored',
    'push_reported',
    'push_approved',
    'feedback_compromised',
    'credential_breached',
  ] as const)('refuses a settlement that was judged before %s', async (type) => {
    const { who, record } = await decide();
    const before = await open(record.decisionId);
    await fixture.state.events.recordEvent(event(type, { subject: who }));
    const { decisions } = fixture.state;
    const stale = settlement(record, { guardVersion: before?.guardVersion ?? -1 });
    expect(await decisions.settleDecision(stale)).toBe('stale');
    const after = await open(record.decisionId);
    const fresh = settlement(record, { guardVersion: after?.guardVersion ?? -1 });
    expect(await decisions.settleDecision(fresh)).toBe('consumed');
  });

  it('settles nothing that has expired or does not exist', async () => {
    const { record } = await decide();
    const { decisions } = fixture.state;
    const late = settlement(record, { now: record.expiresAt });
    expect(await decisions.settleDecision(late)).toBe('expired');
    const missing = settlement(record, { tenant: 'other' });
    expect(await decisions.settleDecision(missing)).toBe('missing');
  });

  it('keeps a decision open after a failed step-up, counts it, and uses it up at the fifth', async () => {
    const { who, record } = await decide();
    const failed = settlement(record, { outcome: 'step_up', riskMs: 0 });
    const { decisions, attempts } = fixture.state;
    for (let n = 0; n < 4; n += 1) expect(await decisions.settleDecision(failed)).toBe('kept_open');
    expect(await decisions.settleDecision(failed)).toBe('already_consumed');
    expect(await decisions.settleDecision(settlement(record))).toBe('already_consumed');
    const later = admission({ subject: who, now: morning + 2 * minuteMs });
    const { state } = admitted(await attempts.admitAttempt(later));
    expect(state.subjectFailures.last10m).toBe(5);
  });

  it('keeps the time to live of a decision when it is settled', async () => {
    const { record } = await decide();
    await fixture.state.decisions.settleDecision(settlement(record));
    const keys = await fixture.raw.keys('sg:v1:decision:*');
    const lives = await Promise.all(keys.map((key) => fixture.raw.pttl(key)));
    expect(lives.length).toBeGreaterThan(0);
    expect(lives.every((ms) => ms > 0 && ms <= 24 * hourMs)).toBe(true);
  });

  it('will not record a decision under an id that leads to other state', async () => {
    const { who, record } = await decide();
    const shard = Number.parseInt(record.decisionId.slice(15, 18), 16);
    const other = (shard ^ 1).toString(16).padStart(3, '0');
    const decisionId = record.decisionId.slice(0, 15) + other + record.decisionId.slice(18);
    const asked = {
      tenant: 'acme',
      subject: who,
      record: { ...record, decisionId },
      attempt: null,
    };
    await expect(fixture.state.decisions.recordDecision(asked)).rejects.toThrow(TypeError);
  });
});
