import { randomUUID } from 'node:crypto';
import type { RedisState } from '../src/index.js';
import {
  admission,
  admitted,
  counting,
  event,
  hourMs,
  ladder,
  learned,
  limit,
  minuteMs,
  morning,
  recordOf,
  subject,
  viewing,
} from './requests.js';
import { waitFor } from './wait-for.js';

/** Every script once, with what it must bring about: run against each kind of server. */
export const runMainFlow = async (state: RedisState): Promise<void> => {
  const { attempts, decisions, events, outbox, reviews, subjects } = state;
  const tenant = randomUUID();
  const who = subject();
  const attempt = { id: randomUUID(), bodyHash: 'sha256:b0d1' };
  const limits = (['subject', 'source', 'tenant'] as const).map((per) =>
    limit({ name: per, per, max: 3 }),
  );
  const request = admission({ tenant, subject: who, counting: counting({ limits }) });

  const found = admitted(await attempts.admitAttempt({ ...request, attempt }));
  const record = recordOf(found);
  const told = { tenant, subject: who, attempt };
  expect(await decisions.recordDecision({ ...told, record })).toEqual(record);
  expect(await decisions.recordDecision({ ...told, record: { ...record, shadow: true } })).toEqual(
    record,
  );
  const again = await attempts.admitAttempt({ ...request, attempt });
  expect(again).toEqual({ kind: 'replayed', record });
  const changed = { ...attempt, bodyHash: 'sha256:other' };
  expect(await attempts.admitAttempt({ ...request, attempt: changed })).toEqual({
    kind: 'conflict',
  });

  const learn = learned({ device: found.pseudonyms.device, source: found.pseudonyms.source });
  for (const now of [morning, morning + minuteMs]) {
    await events.recordEvent(event('login_succeeded', { tenant, subject: who, learn, now }));
  }
  await events.recordEvent(
    event('login_failed', {
      tenant,
      subject: who,
      address: '203.0.113.7',
      asn: 1136,
      now: morning + 1,
    }),
  );
  let alerts = 0;
  for (let n = 0; n < 10; n += 1) {
    const denied = event('push_denied', { tenant, subject: who, now: morning + 2 * minuteMs + n });
    alerts += (await events.recordEvent(denied)).alerts;
    expect((await events.recordEvent(denied)).fresh).toBe(false);
  }
  expect(alerts).toBe(1);

  const now = morning + 3 * minuteMs;
  const second = admitted(await attempts.admitAttempt({ ...request, now }));
  expect(second.state).toMatchObject({
    history: { logins: 2, countrySeen: true, asnSeen: true, knownDevices: 1 },
    subjectFailures: { last10m: 1 },
    subjectSources: { tuned: 1 },
    source: {
      failures: { tuned: 1 },
      failedSubjects: { tuned: 1 },
      blockSubjects: { tuned: 1 },
      networkSubjects: { tuned: 1 },
      provenSubjects: 1,
    },
    push: { last10m: { denied: 10 }, ladder: 10 },
    lock: { reason: 'push_fatigue', exceptKnownDevice: true },
    // The device has become a known one, which has a count of its own.
    limits: [{ count: 1 }, { count: 2 }, { count: 2 }],
  });

  const open = await decisions.openDecision({
    tenant,
    decisionId: record.decisionId,
    counting: counting(),
    now,
  });
  expect(open).toMatchObject({ record, push: { ladder: 10 }, lock: { reason: 'push_fatigue' } });
  const settle = { tenant, decisionId: record.decisionId, record, now } as const;
  const guardVersion = open?.guardVersion ?? -1;
  expect(
    await decisions.settleDecision({ ...settle, guardVersion: 0, outcome: 'allow', riskMs: 0 }),
  ).toBe('stale');
  expect(
    await decisions.settleDecision({ ...settle, guardVersion, outcome: 'step_up', riskMs: 0 }),
  ).toBe('kept_open');
  expect(
    await decisions.settleDecision({ ...settle, guardVersion, outcome: 'allow', riskMs: 0 }),
  ).toBe('consumed');
  expect(
    await decisions.settleDecision({ ...settle, guardVersion, outcome: 'allow', riskMs: 0 }),
  ).toBe('already_consumed');

  const entries = (await outbox.peek(1_000)).filter(({ alert }) => alert.tenant === tenant);
  expect(entries.map(({ alert }) => alert.phase)).toEqual(['opened', 'escalated']);
  const messages = entries.map(({ alert }) => alert);
  const heldAt = 1_000;
  await outbox.hold(messages, heldAt);
  await outbox.hold(messages, heldAt + 1);
  await outbox.remove(entries);
  expect((await outbox.peek(1_000)).filter(({ alert }) => alert.tenant === tenant)).toEqual([]);

  const held = await outbox.overdue({ now: heldAt + 5, ageMs: 5, limit: 100_000 });
  expect(held.filter((alert) => alert.tenant === tenant)).toEqual(expect.arrayContaining(messages));
  expect((await outbox.overdue({ now: heldAt + 4, ageMs: 5, limit: 100_000 })).length).toBe(0);
  for (const { id } of messages) await outbox.settle(id);
  expect(await outbox.heldState()).toEqual({ count: 0, oldestAt: null });

  const brief = { ...ladder, promptLifetimeMs: 200 };
  const victim = { tenant, subject: subject(), now: null, rules: { ladder: brief } };
  const messagesNow = async () =>
    (await outbox.peek(1_000)).map(({ alert }) => alert).filter((alert) => alert.tenant === tenant);
  for (let n = 0; n < 5; n += 1) await events.recordEvent(event('push_sent', victim));
  await waitFor('the prompts run out', async () => {
    await reviews.reviewDue();
    return (await messagesNow()).length > 0;
  });
  expect((await messagesNow()).map(({ phase, prompts }) => [phase, prompts.ignored])).toEqual([
    ['opened', 5],
  ]);
  expect(await reviews.countOpenAlerts()).toBeGreaterThan(0);

  expect((await subjects.viewSubject(viewing(who, now, tenant)))?.lock).not.toBeNull();
  await subjects.eraseSubject(tenant, who, now);
  expect(await decisions.findDecision(tenant, record.decisionId)).toBeNull();
  expect(await subjects.viewSubject(viewing(who, now, tenant))).toMatchObject({ logins: 0 });
  await subjects.eraseSubject(tenant, who, now + hourMs);
  expect(await subjects.viewSubject(viewing(who, now, tenant))).toBeNull();
};
