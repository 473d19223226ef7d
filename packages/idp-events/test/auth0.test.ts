import { fixture, linesOf, readAs, unknownOf } from './read-fixture.js';

describe('an Auth0 log stream', () => {
  const read = readAs('auth0', fixture('auth0'));

  it('becomes events; a success is an approved push unless a code was sent last', () => {
    expect(linesOf(read)).toEqual([
      '1 login_failed 08:00:00 auth0|noor - -',
      '3 push_sent 08:00:31 auth0|noor 198.51.100.66 -',
      '4 push_denied 08:01:00 auth0|noor 203.0.113.9 -',
      '5 push_sent 08:01:30 auth0|noor 198.51.100.66 -',
      '6 push_denied 08:02:00 auth0|noor 203.0.113.9 -',
      '7 push_sent 08:02:30 auth0|noor 198.51.100.66 -',
      '8 push_approved 08:02:50 auth0|noor 203.0.113.9 -',
      '9 login_succeeded 08:02:51 auth0|noor 198.51.100.66 -',
      '11 step_up_failed 08:03:50 auth0|lena 198.51.100.66 -',
      '12 step_up_succeeded 08:04:10 auth0|lena 198.51.100.66 -',
      '13 recovery_used 08:05:00 auth0|lena 198.51.100.66 -',
      '14 authenticator_removed 08:05:10 auth0|lena 198.51.100.66 -',
      '15 authenticator_enrolled 08:05:20 auth0|lena 198.51.100.66 -',
      '16 session_ended 08:06:40 auth0|noor 198.51.100.66 -',
      '17 credential_breached 08:08:20 auth0|noor 198.51.100.66 -',
    ]);
  });

  it('keeps the log id as the id', () => {
    expect(read.events[2]).toEqual({
      id: '900202603020800000000000000000004',
      type: 'push_denied',
      subject: { type: 'user', id: 'auth0|noor' },
      occurred_at: '2026-03-02T08:01:00.000Z',
      context: { ip: '203.0.113.9', user_agent: 'Firefox 140.0.0 / Windows 10.0.0' },
      data: { idp: 'auth0', said: 'gd_auth_rejected' },
    });
  });

  it('has rows that mean nothing here, and some that cannot be used', () => {
    expect([...read.irrelevant]).toEqual([
      ['mfar', 1],
      ['gd_send_sms', 1],
      ['gd_send_pn_failure', 1],
    ]);
    expect(unknownOf(read)).toEqual([
      '19 the type gd_dreamt_up is not known',
      '20 user_id cannot be used',
    ]);
  });
});

describe('the log of Auth0', () => {
  const entry = { type: 'gd_auth_rejected', date: '2026-03-02T08:00:00Z', user_id: 'auth0|noor' };

  it('is read as JSON lines, which is how a stream sends it by default', () => {
    const lines = [1, 2].map((n) => JSON.stringify({ log_id: `l-${String(n)}`, data: entry }));
    expect(linesOf(readAs('auth0', lines.join('\n')))).toEqual([
      '1 push_denied 08:00:00 auth0|noor - -',
      '2 push_denied 08:00:00 auth0|noor - -',
    ]);
  });

  it('is read as the Management API lists it, entries without a wrapper', () => {
    const { events } = readAs('auth0', [{ ...entry, _id: 'row-1' }]);
    expect(events.map(({ id, type }) => [id, type])).toEqual([['row-1', 'push_denied']]);
  });
});
