import { fixture, linesOf, readAs, unknownOf } from './read-fixture.js';

describe('OCSF authentications', () => {
  const read = readAs('ocsf', fixture('ocsf'));

  it('become events by their status, its detail and the factors', () => {
    expect(linesOf(read)).toEqual([
      '1 push_sent 08:00:00 noor 198.51.100.66 flow-1',
      '2 push_denied 08:00:30 noor 198.51.100.66 flow-2',
      '3 push_ignored 08:01:30 noor 198.51.100.66 flow-3',
      '4 push_reported 08:02:30 noor 198.51.100.66 flow-4',
      '5 push_cancelled 08:03:00 noor 198.51.100.66 flow-5',
      '6 login_failed 08:03:30 noor 198.51.100.66 flow-6',
      '7 step_up_failed 08:04:00 noor 198.51.100.66 flow-7',
      '8 push_approved 08:05:00 noor 198.51.100.66 flow-8',
      '8 login_succeeded 08:05:00 noor 198.51.100.66 flow-8',
      '9 login_succeeded 08:05:30 noor 198.51.100.66 flow-9',
      '10 session_ended 08:06:00 noor 198.51.100.66 flow-10',
    ]);
  });

  it('keep the uid of the metadata as the id', () => {
    expect(read.events[1]).toEqual({
      id: 'ocsf-2',
      type: 'push_denied',
      subject: { type: 'user', id: 'noor' },
      occurred_at: '2026-03-02T08:00:30.000Z',
      context: { ip: '198.51.100.66' },
      data: { idp: 'ocsf', said: 'activity 1 status 2', prompt_id: 'flow-2' },
    });
  });

  it('stand beside other classes and activities, and some cannot be used', () => {
    expect([...read.irrelevant]).toEqual([
      ['activity 3', 1],
      ['class 3001', 1],
    ]);
    expect(unknownOf(read)).toEqual([
      '13 neither status_id nor status_detail says how it ended',
      '14 user.name cannot be used',
    ]);
  });
});
