import { fixture, linesOf, readAs, unknownOf } from './read-fixture.js';

/** The transaction, which is the prompt. */
const txid = (n: number): string => `5b1d7c20-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe("Duo's authentication log", () => {
  const read = readAs('duo', fixture('duo'));

  it('becomes one event a prompt: what became of it, and never that it was sent', () => {
    expect(linesOf(read)).toEqual([
      `1 push_ignored 08:00:00 noor 198.51.100.66 ${txid(1)}`,
      `2 push_denied 08:01:00 noor 198.51.100.66 ${txid(2)}`,
      `3 push_denied 08:02:00 noor 198.51.100.66 ${txid(3)}`,
      `4 push_denied 08:03:00 noor 198.51.100.66 ${txid(4)}`,
      `5 push_ignored 08:04:00 noor 198.51.100.66 ${txid(5)}`,
      `6 push_reported 08:05:00 noor 198.51.100.66 ${txid(6)}`,
      `7 push_approved 08:06:00 noor 198.51.100.66 ${txid(7)} EP1NOOR`,
      `8 step_up_failed 08:07:00 noor 198.51.100.66 ${txid(8)}`,
      `9 step_up_succeeded 08:07:10 noor 198.51.100.66 ${txid(9)}`,
      `10 login_failed 08:07:20 noor 198.51.100.66 ${txid(10)}`,
      `12 recovery_used 08:07:40 noor 198.51.100.66 ${txid(12)}`,
      `13 authenticator_enrolled 08:07:50 noor 198.51.100.66 ${txid(13)}`,
    ]);
  });

  it('keeps the transaction as the id, and tells the phone from the device that signs in', () => {
    expect(read.events[6]).toEqual({
      id: txid(7),
      type: 'push_approved',
      subject: { type: 'user', id: 'noor' },
      occurred_at: '2026-03-02T08:06:00.000Z',
      context: { ip: '198.51.100.66', device: { id: 'EP1NOOR' } },
      data: {
        idp: 'duo',
        said: 'duo_push success user_approved',
        prompt_id: txid(7),
        authenticator_ip: '203.0.113.9',
      },
    });
  });

  it('has a row in which nobody was asked, and some that cannot be used', () => {
    expect([...read.irrelevant]).toEqual([['remembered_device success remembered_device', 1]]);
    expect(unknownOf(read)).toEqual([
      '14 the result and reason (duo_push denied stars_misaligned) are not known',
      '15 the result and reason (duo_push perhaps user_approved) are not known',
      '16 user.name cannot be used',
    ]);
  });
});

describe("version 1 of Duo's log", () => {
  it('says the same in other words, with seconds for a time', () => {
    const row = {
      txid: 't-1',
      timestamp: 1_772_438_400,
      username: 'noor',
      factor: 'Duo Push',
      result: 'FAILURE',
      reason: 'No response',
      ip: '198.51.100.66',
    };
    expect(linesOf(readAs('duo', { response: [row, { ...row, result: 'FRAUD' }] }))).toEqual([
      '1 push_ignored 08:00:00 noor 198.51.100.66 t-1',
      '2 push_reported 08:00:00 noor 198.51.100.66 t-1',
    ]);
  });
});
