import { jobIdOf, parseAlertJob } from '../src/alert-job.js';
import { alertNamed } from './samples.js';

const job = (changes: object = {}): unknown => ({
  alert: alertNamed('a1f'),
  delivered: [],
  ...changes,
});

describe('alert job', () => {
  it('reads back what was enqueued', () => {
    expect(parseAlertJob('a1f', job())).toEqual({ alert: alertNamed('a1f'), delivered: [] });
  });

  it.each([
    ['a job under another id', 'b2', job()],
    ['a job that names a receiver', 'a1f', job({ url: 'http://169.254.169.254/' })],
    ['an alert that names a receiver', 'a1f', job({ alert: { ...alertNamed('a1f'), url: 'x' } })],
    ['an unknown kind', 'a1f', job({ alert: { ...alertNamed('a1f'), kind: 'other' } })],
    ['a missing seal', 'a1f', job({ alert: { ...alertNamed('a1f'), sealed: undefined } })],
    ['an id with a full stop', 'a.b', job({ alert: alertNamed('a.b') })],
    ['no object', 'a1f', 'text'],
    ['nothing', 'a1f', null],
  ])('refuses %s', (_, id, data) => {
    expect(parseAlertJob(id, data)).toBeNull();
  });

  it('keeps ids that BullMQ takes and replaces those that it refuses', () => {
    expect(jobIdOf('0192-abc_DEF')).toBe('0192-abc_DEF');
    for (const id of ['user:1', '12345', '', 'x'.repeat(200), 'a b']) {
      expect(jobIdOf(id)).toMatch(/^malformed-[0-9a-f]{32}$/u);
    }
    expect(jobIdOf('user:1')).not.toBe(jobIdOf('user:2'));
  });
});
