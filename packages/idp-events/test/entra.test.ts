import { fixture, linesOf, readAs, unknownOf } from './read-fixture.js';

const correlation = (n: number): string => `c0112233-0000-4000-8000-${String(n).padStart(12, '0')}`;
const device = 'd1f3a0c2-0000-4000-8000-00000000000a';

describe('the sign-in log of Entra', () => {
  const read = readAs('entra', fixture('entra'));

  it('becomes events by what it says of the MFA, and a sign-in where one came of it', () => {
    expect(linesOf(read)).toEqual([
      `1 login_failed 08:00:00 noor@hospital.test 198.51.100.66 ${correlation(1)}`,
      `3 push_ignored 08:01:00 noor@hospital.test 198.51.100.66 ${correlation(3)}`,
      `4 push_denied 08:02:00 noor@hospital.test 198.51.100.66 ${correlation(4)}`,
      `5 push_denied 08:03:00 noor@hospital.test 198.51.100.66 ${correlation(5)}`,
      `6 push_reported 08:04:00 noor@hospital.test 198.51.100.66 ${correlation(6)}`,
      `7 step_up_failed 08:05:00 noor@hospital.test 198.51.100.66 ${correlation(7)}`,
      `8 push_ignored 08:06:00 noor@hospital.test 198.51.100.66 ${correlation(8)}`,
      `9 push_approved 08:07:00 noor@hospital.test 203.0.113.9 ${correlation(9)} ${device}`,
      `9 login_succeeded 08:07:00 noor@hospital.test 203.0.113.9 ${correlation(9)} ${device}`,
      `10 login_succeeded 08:08:00 noor@hospital.test 203.0.113.9 ${correlation(10)}`,
      `11 login_failed 08:09:00 noor@hospital.test 198.51.100.66 ${correlation(11)}`,
    ]);
  });

  it('gives the two events of one row two ids, both of them stable', () => {
    const ids = read.events.slice(7, 9).map(({ id }) => id);
    expect(ids).toEqual([
      '9c2a6e00-0000-4000-8000-000000000009',
      '9c2a6e00-0000-4000-8000-000000000009.login_succeeded',
    ]);
  });

  it('has rows on the way to another, and some that cannot be used', () => {
    expect([...read.irrelevant]).toEqual([['error 50074', 1]]);
    expect(unknownOf(read)).toEqual([
      '12 the error code 424242 is not known',
      '13 userPrincipalName cannot be used',
    ]);
  });
});

describe('a sign-in of Entra', () => {
  const signIn = (errorCode: number, detail: string, method = 'Text message'): unknown => ({
    id: 's-1',
    createdDateTime: '2026-03-02T08:00:00.1234567Z',
    userPrincipalName: 'noor@hospital.test',
    status: { errorCode, additionalDetails: detail },
    mfaDetail: { authMethod: method },
  });
  const typesOf = (row: unknown): string[] => readAs('entra', [row]).events.map(({ type }) => type);

  it.each([
    { code: 500_121, detail: 'MFA denied; User Declined', by: 'Text message', is: ['push_denied'] },
    {
      code: 500_121,
      detail: 'MFA denied; fraud code entered',
      by: 'Phone call',
      is: ['push_reported'],
    },
    { code: 500_121, detail: '', by: 'PhoneAppNotification', is: ['push_ignored'] },
    { code: 500_121, detail: '', by: 'OATH verification code', is: ['step_up_failed'] },
    { code: 50_074, detail: 'MFA denied; user declined', by: '', is: ['push_denied'] },
    {
      code: 0,
      detail: 'MFA completed in Azure AD',
      by: 'Mobile app notification',
      is: ['push_approved', 'login_succeeded'],
    },
    { code: 0, detail: 'MFA completed in Azure AD', by: 'Text message', is: ['login_succeeded'] },
    {
      code: 0,
      detail: 'MFA requirement satisfied by claim in the token',
      by: 'Phone call',
      is: ['login_succeeded'],
    },
  ])('with error $code, «$detail» by $by, is $is', ({ code, detail, by, is }) => {
    expect(typesOf(signIn(code, detail, by))).toEqual(is);
  });

  it('is the same under `properties`, as diagnostic settings export it', () => {
    const record = {
      category: 'SignInLogs',
      properties: signIn(500_121, 'MFA denied; user declined'),
    };
    expect(typesOf(record)).toEqual(['push_denied']);
  });
});
