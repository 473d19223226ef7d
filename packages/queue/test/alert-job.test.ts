import { jobIdOf, parseAlertJob } from '../src/alert-job.js';
import { alertNamed } from './samples.js';

const alert = alertNamed('a1f');
const job = (changes: object = {}): object => ({ alert, sink: 'webhook', ...changes });
const read = (id: string | undefined, data: unknown) => parseAlertJob('webhook', { id, data });

describe('alert job', () => {
  it('reads back what was enqueued', () => {
    expect(read('a1f', JSON.parse(JSON.stringify(job())))).toEqual({ alert, sink: 'webhook' });
  });

  it('reads a campaign and the end of an alert', () => {
    const campaign = alertNamed('a1f', {
      kind: 'push_campaign',
      phase: 'closed',
      closedBy: 'quiet',
      sealedSubject: null,
      sources: [],
      campaign: { scope: 'tenant', subjects: 12, sealedSample: ['c2FtcGxl'] },
    });
    expect(read('a1f', job({ alert: campaign }))?.alert).toEqual(campaign);
  });

  it.each([
    ['a job under another id', 'b2', job()],
    ['a job without an id', undefined, job()],
    ['a job for another sink', 'a1f', job({ sink: 'slack' })],
    ['a job that names a receiver', 'a1f', job({ url: 'http://169.254.169.254/' })],
    ['an alert that names a receiver', 'a1f', job({ alert: { ...alert, url: 'x' } })],
    [
      'a source with an address in the clear',
      'a1f',
      job({ alert: { ...alert, sources: [{ ...alert.sources[0], address: '203.0.113.7' }] } }),
    ],
    ['an alert with its subject in the clear', 'a1f', job({ alert: { ...alert, subject: {} } })],
    ['an unknown kind', 'a1f', job({ alert: { ...alert, kind: 'other' } })],
    ['an unknown phase', 'a1f', job({ alert: { ...alert, phase: 'begun' } })],
    ['a missing seal', 'a1f', job({ alert: { ...alert, sealedSubject: undefined } })],
    ['an id with a full stop', 'a.b', job({ alert: alertNamed('a.b') })],
    ['the former form of a job', 'a1f', { alert, delivered: [] }],
    ['no object', 'a1f', 'text'],
    ['nothing', 'a1f', null],
  ])('refuses %s', (_, id, data) => {
    expect(read(id, data)).toBeNull();
  });

  it('keeps ids that BullMQ takes and replaces those that it refuses', () => {
    expect(jobIdOf('0192-abc_DEF')).toBe('0192-abc_DEF');
    for (const id of ['user:1', '12345', '', 'x'.repeat(200), 'a b']) {
      expect(jobIdOf(id)).toMatch(/^malformed-[0-9a-f]{32}$/u);
    }
    expect(jobIdOf('user:1')).not.toBe(jobIdOf('user:2'));
  });
});
