import type { AlertSeal, SealedAlert } from '@stepgate/assessment';
import { createAlertSeal } from '@stepgate/redis';
import { createLog } from '@stepgate/telemetry';
import { destinationOf } from '../src/sink-destination.js';
import type { AlertSink, SinkState, SinkVerdict } from '../src/sinks/alert-sink.js';
import { alert, never } from './samples.js';

const seal = createAlertSeal('a secret of the deployment, long enough');
const sealed: SealedAlert = {
  ...alert,
  sealedSubject: alert.subject === null ? null : seal.sealSubject(alert.subject),
  sources: alert.sources.map(({ address, ...source }) => ({
    ...source,
    sealedAddress: address === null ? null : seal.sealAddress(address),
  })),
  campaign: null,
};

const ready: SinkState = { kind: 'ready' };

const scene = (
  verdict: SinkVerdict,
  { state = ready, opens = seal }: { readonly state?: SinkState; readonly opens?: AlertSeal } = {},
) => {
  const sent: unknown[] = [];
  const lines: string[] = [];
  const sink: AlertSink = {
    name: 'soc',
    concurrency: 2,
    retryDelaysMs: [1_000],
    accepts: ({ severity }) => severity === 'critical',
    state: () => state,
    send: (one) => {
      sent.push(one);
      return Promise.resolve(verdict);
    },
  };
  const log = createLog({
    service: 'alert-worker',
    destination: { write: (line) => lines.push(line) },
  });
  const destination = destinationOf(sink, { seal: opens, log });
  const deliver = () => destination.deliver(sealed, { attempt: 1, signal: never });
  return { destination, deliver, sent, lines };
};

describe('a sink as the queue delivers to it', () => {
  it('gets the message opened, and its verdict counts', async () => {
    const verdict: SinkVerdict = { kind: 'dead', cause: 'HTTP 410' };
    const { deliver, sent } = scene(verdict);
    expect(await deliver()).toEqual(verdict);
    expect(sent).toEqual([expect.objectContaining({ id: alert.id, subject: alert.subject })]);
  });

  it('keeps its name, its pace and its filter', () => {
    const { destination } = scene({ kind: 'delivered' });
    expect(destination).toMatchObject({ name: 'soc', concurrency: 2, retryDelaysMs: [1_000] });
    expect(destination.accepts(sealed)).toBe(sealed.severity === 'critical');
    expect(destination.accepts({ ...sealed, severity: 'critical' })).toBe(true);
  });

  it('is left alone while it rests, and nothing is opened for it', async () => {
    const resting = { kind: 'resting', retryAfterMs: 9_000 } as const;
    const { deliver, sent } = scene({ kind: 'delivered' }, { state: resting });
    expect(await deliver()).toMatchObject({ kind: 'deferred', retryAfterMs: 9_000 });
    expect(sent).toEqual([]);
  });

  it('gets a message that cannot be opened once the secret is put right', async () => {
    const opens = createAlertSeal('another secret of the deployment, too');
    const { deliver, sent, lines } = scene({ kind: 'delivered' }, { opens });
    expect(await deliver()).toMatchObject({ kind: 'retry' });
    expect(sent).toEqual([]);
    expect(lines.join('')).toContain('alert_unreadable');
    expect(lines.join('')).not.toMatch(/alice|203\.0\.113/u);
  });
});
