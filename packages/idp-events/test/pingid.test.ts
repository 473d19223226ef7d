import { fixture, linesOf, readAs, unknownOf } from './read-fixture.js';

describe('the PingID audit events of an attack', () => {
  const read = readAs('pingid', fixture('pingid'));
  const ofVictim = read.events
    .filter(({ subject }) => subject.id === 'marta.keller')
    .sort((left, right) => left.occurred_at.localeCompare(right.occurred_at));

  it('become 25 ignored prompts over 44 minutes, each in its own session, and an approval', () => {
    expect(ofVictim.map(({ type }) => type)).toEqual([
      'authenticator_enrolled',
      ...Array.from({ length: 25 }, () => 'push_ignored'),
      'push_approved',
    ]);
    const prompts = ofVictim.slice(1, 26);
    const sessions = new Set(prompts.map(({ data }) => data.prompt_id));
    expect(sessions.size).toBe(25);
    const times = prompts.map(({ occurred_at: at }) => Date.parse(at));
    expect((times[24]! - times[0]!) / 60_000).toBe(44);
    expect((times[4]! - times[0]!) / 1_000).toBeLessThan(180);
  });

  it('keep the policy report of the session beside the event', () => {
    expect(ofVictim.at(-1)).toEqual({
      id: 'c0ffee00-6301-11f0-8000-000000000060',
      type: 'push_approved',
      subject: { type: 'user', id: 'marta.keller' },
      occurred_at: '2026-03-02T15:02:37.000Z',
      context: { ip: '198.51.100.66' },
      data: {
        idp: 'pingid',
        said: 'VPN Banner',
        prompt_id: 'webs_gaveup',
        report: {
          new_device: 'true',
          application: 'VPN',
          mobile_os: 'ANDROID 15',
          action: 'Authenticate',
          policy: 'Default policy',
        },
      },
    });
  });

  it('tell of others too: a device that did not answer, then a swipe', () => {
    const others = read.events.filter(({ subject }) => subject.id === 'jan.deboer');
    expect(others.map(({ type, context, data }) => [type, context, data.report])).toEqual([
      [
        'push_approved',
        {
          ip: '203.0.113.44',
          user_agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0.0.0',
        },
        {
          new_device: 'false',
          country: 'Netherlands',
          previous_country: 'Netherlands',
          ground_speed: '12 km/h',
          ip: '203.0.113.44',
          application: 'VPN',
          mobile_os: 'ANDROID 15',
          action: 'Authenticate',
          policy: 'Default policy',
        },
      ],
      ['push_ignored', { ip: '203.0.113.44' }, undefined],
    ]);
  });

  it('have rows that mean nothing by themselves, and two that nobody has seen before', () => {
    expect([...read.irrelevant]).toEqual([
      ['POLICY Authenticate', 27],
      ['POLICY Approve', 1],
      ['SUCCESS administration or delivery', 1],
    ]);
    expect(unknownOf(read)).toEqual([
      '41 the message is not one that is known',
      '42 the status DREAMING is not known',
    ]);
    expect(read.rows).toBe(60);
  });
});

describe('a PingID message', () => {
  const row = (status: string | null, message: string): unknown => ({
    id: 'p-1',
    recorded: '2026-03-02T08:00:00.000Z',
    actors: [{ type: 'user', name: 'noor' }],
    resources: [{ ipaddress: '198.51.100.66', websession: 'webs_1', pingidmsg: message }],
    ...(status === null ? {} : { result: { status, message } }),
  });

  it.each([
    ['SUCCESS', 'SSO Swipe "iPhone"', 'push_approved'],
    ['SUCCESS', 'VPN Fingerprint "iPhone"', 'push_approved'],
    ['SUCCESS', 'SSO Number Matching "iPhone"', 'push_approved'],
    ['SUCCESS', 'SSO One-Time Passcode "iPhone"', 'step_up_succeeded'],
    ['FAILURE,authFail', 'SSO One-Time Passcode "iPhone"', 'step_up_failed'],
    ['FAILURE,authFail', 'SSO Auth. Timed Out, Unresponsive User "iPhone"', 'push_ignored'],
    ['UNSUCCESSFUL_ATTEMPT', 'SSO Auth. Denied by User "iPhone"', 'push_denied'],
    ['FAILURE,authFail', 'VPN Swipe "iPhone"', 'push_denied'],
    ['FAILURE', 'User reported fraud "iPhone"', 'push_reported'],
    ['SUCCESS', 'SSO Push Notification Sent "iPhone"', 'push_sent'],
    ['SUCCESS', 'Device Paired "Android "the timed out phone""', 'authenticator_enrolled'],
    ['SUCCESS', 'Device Unpaired iPhone', 'authenticator_removed'],
    [null, 'VPN Auth. Timed Out, Unresponsive Device "iPhone"', 'push_ignored'],
    ['POLICY', 'Authentication Details:\nIP Address: N/A\nAction: Deny\n', 'login_failed'],
  ])('of status %s, «%s», is %s', (status, message, type) => {
    expect(linesOf(readAs('pingid', [row(status, message)]))).toEqual([
      `1 ${type} 08:00:00 noor 198.51.100.66 webs_1`,
    ]);
  });

  it.each([
    ['SUCCESS', 'SMS Sent to phone'],
    ['SUCCESS', 'User Disabled by administrator'],
  ])('of status %s, «%s», means nothing here', (status, message) => {
    const { events, irrelevant, unknown } = readAs('pingid', [row(status, message)]);
    expect([events, irrelevant.size, unknown]).toEqual([[], 1, []]);
  });

  it('names a device as its owner likes; the name decides nothing', () => {
    const named = row('SUCCESS', 'SSO One-Time Passcode "x" Denied, fraud, timed out "swipe"');
    expect(readAs('pingid', [named]).events.map(({ type }) => type)).toEqual(['step_up_succeeded']);
  });
});
