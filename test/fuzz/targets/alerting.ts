import { tmpdir } from 'node:os';
import { parseAlertJob } from '../../../packages/queue/src/alert-job.js';
import { parseSinks } from '../../../services/alert-worker/src/sinks-file/parse-sinks.js';
import { promise, type FuzzTarget } from '../target.js';

/** Sinks, or problems with a place; what a secret's file holds never stands in one. */
export const sinks: FuzzTarget = {
  name: 'sinks',
  words: [
    ...[
      'type: webhook\n',
      'type: email\n',
      'type: slack\n',
      'type: ssf\n',
      'url: ',
      'secrets: [{env: A}]',
    ],
    ...['https://127.0.0.1/', 'https://a.example/', 'file: /etc/passwd', '&a ', '*a', '- ', '  '],
  ],
  check: (input) => {
    const context = { mode: 'production', env: { A: 'canary-4711-secret' } } as const;
    const { sinks: read, problems } = parseSinks(input.toString(), {
      ...context,
      directory: tmpdir(),
    });
    promise(problems.length > 0 || read.length > 0, 'neither sinks nor a problem');
    promise(problems.length === 0 || read.length === 0, 'sinks in spite of a problem');
    for (const { line, column, message } of problems) {
      promise(line >= 1 && column >= 1, 'a problem has no place');
      promise(!message.includes('canary-4711'), 'a problem quotes a secret');
    }
  },
};

/** What lies in the queue: one of ours for this sink, or null; what is read reads the same again. */
export const alertJob: FuzzTarget = {
  name: 'alert-job',
  words: [
    '"sink":"soc"',
    '"alert":{',
    '"id":"a1"',
    '"url":"http://evil"',
    '"count":',
    '"sources":[',
  ],
  check: (input) => {
    let data: unknown;
    try {
      data = JSON.parse(input.toString());
    } catch {
      return;
    }
    const job = parseAlertJob('soc', { id: 'a1', data });
    if (job === null) return;
    promise(job.sink === 'soc' && job.alert.id === 'a1', 'a job of somebody else was taken');
    const again = parseAlertJob('soc', { id: 'a1', data: JSON.parse(JSON.stringify(job)) });
    promise(JSON.stringify(again) === JSON.stringify(job), 'a job changes when it is read twice');
  },
};
