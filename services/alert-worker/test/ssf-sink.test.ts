import { decodeJwt } from 'jose';
import { inTurn, silence, status, type Answer } from './receiver.js';
import { alert, campaign, closed, gaveIn } from './samples.js';
import type { ReceivedSet } from './set-receiver.js';
import { limits } from './specs.js';
import {
  audience,
  issuer,
  now,
  riskChange,
  scene,
  sessionRevoked,
  stopReceivers,
} from './ssf-scene.js';

afterEach(stopReceivers);

describe('SSF sink', () => {
  it('pushes a change of the risk level that receivers accept', async () => {
    const { received, send, judged } = await scene();
    expect(await send(alert)).toEqual({ kind: 'delivered' });
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/secevent+jwt',
      accept: 'application/json',
    });
    expect(received[0]?.headers.authorization).toBeUndefined();
    expect(await judged()).toEqual({
      [riskChange]: {
        iss: issuer,
        aud: audience,
        iat: now / 1_000,
        jti: `${alert.id}_risk-level-change`,
        txn: alert.alertId,
        sub_id: {
          format: 'iss_sub',
          iss: 'https://idp.acme.example',
          sub: 'alice@acme.example',
        },
        events: {
          [riskChange]: {
            event_timestamp: alert.at / 1_000,
            initiating_entity: 'policy',
            reason_admin: { en: '5 push prompts without a yes' },
            principal: 'USER',
            current_level: 'HIGH',
            previous_level: 'LOW',
            risk_reason: 'MFA_PUSH_FATIGUE',
          },
        },
      },
    });
  });

  it('has sessions ended as well when the victim gave in: two tokens, in two requests', async () => {
    const { received, send, judged } = await scene();
    expect(await send(gaveIn)).toEqual({ kind: 'delivered' });
    expect(received).toHaveLength(2);
    const claims = await judged();
    expect(claims).toMatchObject({
      [riskChange]: { jti: `${gaveIn.id}_risk-level-change`, txn: alert.alertId },
      [sessionRevoked]: {
        jti: `${gaveIn.id}_session-revoked`,
        txn: alert.alertId,
        events: {
          [sessionRevoked]: {
            reason_admin: { en: '5 push prompts without a yes, then one was approved' },
            reason_user: { en: 'We ended your sessions to protect your account.' },
          },
        },
      },
    });
    // Escalated from what, the message does not say.
    expect(claims[riskChange]?.events[riskChange]).not.toHaveProperty('previous_level');
  });

  it.each([
    ['quiet', closed, ['LOW']],
    ['legitimate after all', { ...closed, closedBy: 'feedback_legitimate' } as const, ['LOW']],
    ['a compromise', { ...closed, closedBy: 'feedback_compromised' } as const, []],
    [
      'quiet after an approval',
      { ...closed, kind: 'push_approved_after_denials', approvedAt: alert.at } as const,
      [],
    ],
    ['an update', { ...alert, phase: 'updated' } as const, []],
    ['a campaign', campaign, []],
  ])('says of %s what is safe to say', async (_, sent, expected) => {
    const { send, judged } = await scene();
    expect(await send(sent)).toEqual({ kind: 'delivered' });
    const sets = Object.values(await judged());
    expect(sets.map(({ events }) => events[riskChange]?.['current_level'])).toEqual(expected);
  });

  it.each([
    ['low', 'MEDIUM'],
    ['medium', 'MEDIUM'],
    ['high', 'HIGH'],
    ['critical', 'HIGH'],
  ] as const)('calls a %s alert %s', async (severity, level) => {
    const { send, judged } = await scene();
    await send({ ...alert, severity });
    expect((await judged())[riskChange]?.events[riskChange]?.['current_level']).toBe(level);
  });

  it('sends only the events that the file names', async () => {
    const { send, judged } = await scene(status(202), { events: ['session-revoked'] });
    await send(alert);
    await send(gaveIn);
    expect(Object.keys(await judged())).toEqual([sessionRevoked]);
  });

  it.each([
    [{ format: 'email' }, { format: 'email', email: 'alice@acme.example' }],
    [{ format: 'opaque' }, { format: 'opaque', id: 'alice@acme.example' }],
  ] as const)('names the subject as %j', async (subjectFormat, subject) => {
    const { send, judged } = await scene(status(202), { subjectFormat });
    await send(alert);
    expect((await judged())[riskChange]?.sub_id).toEqual(subject);
  });

  it('gives up on a subject that the format cannot name', async () => {
    const { received, send } = await scene(status(202), { subjectFormat: { format: 'email' } });
    const verdict = await send({ ...alert, subject: { type: 'user', id: 'alice' } });
    expect(verdict).toMatchObject({ kind: 'dead', cause: expect.stringContaining('format') });
    expect(received).toHaveLength(0);
  });

  it('speaks to Okta as Okta reads: the subject inside the event, no sub_id', async () => {
    const { received, send } = await scene(status(202), {
      shape: 'okta',
      subjectFormat: { format: 'email' },
    });
    expect(await send(gaveIn)).toEqual({ kind: 'delivered' });
    const sets = received.map(({ body }) => decodeJwt<Pick<ReceivedSet, 'events'>>(body));
    const subject = { user: { format: 'email', email: 'alice@acme.example' } };
    const okta = 'https://schemas.okta.com/secevent/okta/event-type/user-risk-change';
    expect(sets.map(({ events }) => Object.entries(events)[0])).toEqual(
      expect.arrayContaining([
        [okta, expect.objectContaining({ subject, current_level: 'high' })],
        [sessionRevoked, expect.objectContaining({ subject })],
      ]),
    );
    for (const set of sets) {
      expect(Object.keys(set).sort()).toEqual(['aud', 'events', 'iat', 'iss', 'jti']);
    }
  });

  it('keeps the jti over retries', async () => {
    const { received, send } = await scene(inTurn(status(503), status(202)));
    expect(await send(alert)).toMatchObject({ kind: 'retry' });
    expect(await send(alert)).toEqual({ kind: 'delivered' });
    expect(new Set(received.map(({ body }) => decodeJwt(body).jti)).size).toBe(1);
  });

  it('shows its token where the receiver asks for one', async () => {
    const { received, send } = await scene(status(202), { token: 'abc.def' });
    await send(alert);
    expect(received[0]?.headers.authorization).toBe('Bearer abc.def');
  });

  const refusal = (err: string): Answer =>
    status(400, {}, JSON.stringify({ err, description: 'x' }));
  it.each([
    ['invalid_request', 'dead'],
    ['invalid_issuer', 'dead'],
    ['invalid_audience', 'dead'],
    ['invalid_key', 'retry'],
    ['authentication_failed', 'retry'],
    ['access_denied', 'retry'],
  ])('takes the refusal %s for what it is', async (err, kind) => {
    const { send } = await scene(refusal(err));
    expect(await send(alert)).toMatchObject({ kind, cause: `token refused: ${err}` });
  });

  it.each([
    ['an unknown word', refusal('alice@acme.example')],
    ['no JSON', status(400, {}, '<html>')],
    ['nothing', status(400)],
  ])('repeats nothing of a receiver that refuses with %s', async (_, answer) => {
    const { send } = await scene(answer);
    expect(await send(alert)).toEqual({
      kind: 'retry',
      cause: 'token refused: no reason given',
      retryAfterMs: null,
    });
  });

  it.each([
    [401, {}, { kind: 'retry', cause: 'HTTP 401' }],
    [429, { 'retry-after': '5' }, { kind: 'retry', cause: 'HTTP 429', retryAfterMs: 5_000 }],
    [500, {}, { kind: 'retry', cause: 'HTTP 500' }],
    [302, { location: '/x' }, { kind: 'retry', cause: 'HTTP 302' }],
  ] as const)('tries again after HTTP %i', async (code, headers, verdict) => {
    const { send } = await scene(status(code, headers));
    expect(await send(alert)).toMatchObject(verdict);
  });

  it('is not done until both tokens are accepted', async () => {
    const { send } = await scene(inTurn(status(202), status(503)));
    expect(await send(gaveIn)).toMatchObject({ kind: 'retry' });
    const final = await scene(inTurn(status(202), refusal('invalid_request')));
    expect(await final.send(gaveIn)).toMatchObject({ kind: 'dead' });
  });

  it('waits for both tokens no longer than for one', async () => {
    const { send } = await scene(silence, { limits: { ...limits, totalMs: 300 } });
    const startedAt = Date.now();
    expect(await send(gaveIn)).toMatchObject({ kind: 'retry', cause: 'no answer: TIMEOUT' });
    expect(Date.now() - startedAt).toBeLessThan(1_500);
  });
});
