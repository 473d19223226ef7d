import { PassThrough } from 'node:stream';
import type { SealedAlert } from '@stepgate/assessment';
import { createAlertSeal } from '@stepgate/redis';
import { createLog } from '@stepgate/telemetry';
import { createDeliverAlert, type Try } from '../src/deliver-alert.js';
import type { AlertSink, SinkVerdict } from '../src/sinks/alert-sink.js';
import { createStdoutSink } from '../src/sinks/stdout-sink.js';
import { alert, never } from './samples.js';

const seal = createAlertSeal('a secret of the deployment, long enough');
const { subject, context, ...open } = alert;
const sealed: SealedAlert = { ...open, sealed: seal.seal({ subject, context }) };
const retry: SinkVerdict = { kind: 'retry', cause: 'HTTP 500', retryAfterMs: 7_000 };

const sinkNamed = (name: string, verdict: SinkVerdict, sent: string[]): AlertSink => ({
  name,
  send: ({ id, subject: to }) => {
    sent.push(`${name} ${id} ${to.id}`);
    return Promise.resolve(verdict);
  },
});

const scene = (verdicts: Readonly<Record<string, SinkVerdict>>, opens = seal) => {
  const sent: string[] = [];
  const counted: string[] = [];
  const lines: string[] = [];
  const marked: string[] = [];
  const deliver = createDeliverAlert({
    sinks: Object.entries(verdicts).map(([name, verdict]) => sinkNamed(name, verdict, sent)),
    seal: opens,
    metrics: { alertDelivery: (sink, result) => void counted.push(`${sink} ${result}`) },
    log: createLog({ service: 'test', destination: { write: (line) => lines.push(line) } }),
  });
  const run = (changes: Partial<Try> = {}): Promise<SinkVerdict> =>
    deliver(sealed, {
      attempt: 1,
      lastAttempt: false,
      delivered: new Set(),
      markDelivered: (sink) => Promise.resolve(void marked.push(sink)),
      signal: never,
      ...changes,
    });
  return { run, sent, counted, lines, marked };
};

describe('delivering an alert', () => {
  it('opens it and hands it to every sink', async () => {
    const { run, sent, counted, marked } = scene({
      webhook: { kind: 'delivered' },
      stdout: { kind: 'delivered' },
    });
    expect(await run()).toEqual({ kind: 'delivered' });
    expect(sent).toEqual([`webhook ${alert.id} alice`, `stdout ${alert.id} alice`]);
    expect(counted).toEqual(['webhook delivered', 'stdout delivered']);
    expect(marked).toEqual(['webhook', 'stdout']);
  });

  it('leaves sinks alone that have it already', async () => {
    const { run, sent } = scene({ webhook: { kind: 'delivered' }, stdout: { kind: 'delivered' } });
    await run({ delivered: new Set(['stdout']) });
    expect(sent).toEqual([`webhook ${alert.id} alice`]);
  });

  it('asks for another try while one sink still lacks it, whatever the others say', async () => {
    const { run, counted, marked } = scene({
      gone: { kind: 'dead', cause: 'HTTP 410' },
      webhook: retry,
      stdout: { kind: 'delivered' },
    });
    expect(await run()).toEqual(retry);
    expect(counted.sort()).toEqual(['gone dead', 'stdout delivered', 'webhook retried']);
    expect(marked).toEqual(['stdout']);
  });

  it('counts the last try as dead', async () => {
    const { run, counted } = scene({ webhook: retry });
    await run({ lastAttempt: true });
    expect(counted).toEqual(['webhook dead']);
  });

  it('does not count a try that its own end cut short', async () => {
    const { run, counted } = scene({ webhook: retry });
    await run({ signal: AbortSignal.abort() });
    expect(counted).toEqual([]);
  });

  it('keeps an alert that it cannot open for when the secret is put right', async () => {
    const { run, sent, lines } = scene(
      { webhook: { kind: 'delivered' } },
      createAlertSeal('another secret of the deployment, too'),
    );
    expect(await run()).toMatchObject({ kind: 'retry' });
    expect(sent).toEqual([]);
    expect(lines.join('')).toContain('alert_unreadable');
  });

  it('logs the id of an alert and nobody who is in it', async () => {
    const { run, lines } = scene({ webhook: retry, stdout: { kind: 'delivered' } });
    await run();
    expect(lines.join('')).toContain(alert.id);
    expect(lines.join('')).not.toMatch(/alice|203\.0\.113\.7/u);
  });
});

describe('stdout sink', () => {
  it('writes one line of JSON, without the subject unless it is asked for', async () => {
    const output = new PassThrough().setEncoding('utf8');
    await createStdoutSink(output, { subject: false, context: false }).send(alert, never);
    const thin = String(output.read());
    expect(thin.endsWith('\n') && thin.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(thin)).toMatchObject({ data: { alert_id: alert.id, tenant: 'acme' } });
    expect(thin).not.toContain('alice');
    await createStdoutSink(output, { subject: true, context: true }).send(alert, never);
    expect(JSON.parse(String(output.read()))).toMatchObject({
      data: { subject: { id: 'alice' }, context: { country: 'NL' } },
    });
  });

  it('asks for another try when the output is gone', async () => {
    const output = new PassThrough();
    const sink = createStdoutSink(output, { subject: false, context: false });
    output.destroy();
    expect(await sink.send(alert, never)).toMatchObject({ kind: 'retry' });
  });
});
