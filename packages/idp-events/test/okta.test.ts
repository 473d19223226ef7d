import { fixture, linesOf, readAs, unknownOf } from './read-fixture.js';

describe('an Okta event hook', () => {
  const read = readAs('okta', fixture('okta'));

  it('becomes events: prompts, answers, sign-ins and what happens to authenticators', () => {
    expect(linesOf(read)).toEqual([
      '1 login_failed 08:00:00 noor@hospital.test 198.51.100.66 -',
      '2 push_sent 08:01:00 noor@hospital.test 198.51.100.66 trs-night-1',
      '3 push_denied 08:01:15 noor@hospital.test - trs-night-1',
      '4 step_up_failed 08:01:16 noor@hospital.test 198.51.100.66 trs-night-1',
      '5 push_sent 08:02:00 noor@hospital.test 198.51.100.66 trs-night-1',
      '6 push_denied 08:02:10 noor@hospital.test - trs-night-1',
      '7 push_sent 08:03:00 noor@hospital.test 198.51.100.66 trs-night-1',
      '9 push_reported 08:03:20 noor@hospital.test - trs-day-1',
      '10 step_up_succeeded 08:05:00 noor@hospital.test 203.0.113.9 trs-day-1',
      '11 login_succeeded 08:05:01 noor@hospital.test 203.0.113.9 trs-day-1',
      '13 authenticator_removed 08:07:00 noor@hospital.test 203.0.113.20 trs-admin-1',
      '14 authenticator_enrolled 08:08:00 noor@hospital.test 203.0.113.9 trs-day-1',
      '15 push_sent 08:08:10 noor@hospital.test 203.0.113.9 trs-day-2',
      '16 push_approved 08:08:20 noor@hospital.test - trs-day-2',
    ]);
  });

  it('keeps the uuid as the id, and the browser; the phone is not where a prompt came from', () => {
    expect(read.events[1]).toEqual({
      id: '7d0f3c1e-0000-4000-8000-000000000002',
      type: 'push_sent',
      subject: { type: 'user', id: 'noor@hospital.test' },
      occurred_at: '2026-03-02T08:01:00.000Z',
      context: {
        ip: '198.51.100.66',
        user_agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0',
      },
      data: {
        idp: 'okta',
        said: 'system.push.send_factor_verify_push SUCCESS',
        prompt_id: 'trs-night-1',
      },
    });
    expect(read.events[2]).toEqual({
      id: '7d0f3c1e-0000-4000-8000-000000000003',
      type: 'push_denied',
      subject: { type: 'user', id: 'noor@hospital.test' },
      occurred_at: '2026-03-02T08:01:15.000Z',
      data: {
        idp: 'okta',
        said: 'user.mfa.okta_verify.deny_push FAILURE',
        prompt_id: 'trs-night-1',
        authenticator_ip: '203.0.113.9',
      },
    });
  });

  it('has rows that mean nothing here, counted by name', () => {
    expect([...read.irrelevant]).toEqual([
      ['user.authentication.auth_via_mfa CHALLENGE', 1],
      ['policy.evaluate_sign_on', 1],
    ]);
  });

  it('has rows that cannot be used, each reported with its reason', () => {
    expect(unknownOf(read)).toEqual([
      '17 the event type user.mfa.telepathy is not known',
      '18 actor.alternateId cannot be used',
      '19 published cannot be used',
      '20 it is not a JSON object',
    ]);
  });
});

describe('the System Log of Okta', () => {
  const row = {
    uuid: 'u-1',
    published: '2026-03-02T08:00:00.000Z',
    eventType: 'user.mfa.okta_verify.deny_push',
    actor: { type: 'User', alternateId: 'noor@hospital.test' },
  };

  it('is read without an envelope, and a refusal counts even without an outcome', () => {
    expect(linesOf(readAs('okta', [row]))).toEqual([
      '1 push_denied 08:00:00 noor@hospital.test - -',
    ]);
  });

  it('is told of a session that is none in words, which link no prompt', () => {
    const unlinked = { ...row, authenticationContext: { externalSessionId: 'unknown' } };
    expect(readAs('okta', [unlinked]).events[0]?.data.prompt_id).toBeUndefined();
  });

  it('has event types that start as known ones do and are new; they are reported', () => {
    const rows = ['user.session.teleport', 'system.push.beam', 'constructor', 'my word!'].map(
      (eventType) => ({ ...row, eventType }),
    );
    expect(unknownOf(readAs('okta', rows))).toEqual([
      '1 the event type user.session.teleport is not known',
      '2 the event type system.push.beam is not known',
      '3 the event type constructor is not known',
      '4 the event type (not a code) is not known',
    ]);
  });
});
