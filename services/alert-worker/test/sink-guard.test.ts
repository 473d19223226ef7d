import { PassThrough } from 'node:stream';
import type { SendVerdict } from '../src/sinks/alert-sink.js';
import { createSinks } from '../src/sinks/create-sinks.js';
import { guardSink } from '../src/sinks/guard/guard-sink.js';
import type { SinkSpec } from '../src/sinks/sink-spec.js';
import { parseSigningKey } from '../src/sinks/ssf/signing-key.js';
import { generateKeyPairSync } from 'node:crypto';
import { inTurn, startReceiver, status, type Receiver } from './receiver.js';
import { alert, campaign, closed, never } from './samples.js';
import { limits, ocsfSpec, publicOnly, stdoutSpec, webhookSpec } from './specs.js';

const retry: SendVerdict = { kind: 'retry', cause: 'HTTP 500', retryAfterMs: null };
const delivered: SendVerdict = { kind: 'delivered' };
const dead: SendVerdict = { kind: 'dead', cause: 'HTTP 410' };
const circuit = { failuresToOpen: 3, restMs: 30_000 };

const scene = (answers: SendVerdict[], spec: SinkSpec = webhookSpec()) => {
  let now = 1_000_000;
  let sent = 0;
  const circuits: [string, boolean][] = [];
  const sink = guardSink(
    spec,
    async () => {
      const answer = answers[Math.min(sent, answers.length - 1)] ?? delivered;
      sent += 1;
      return answer;
    },
    {
      clock: () => now,
      circuit,
      metrics: { sinkCircuit: (name, open) => void circuits.push([name, open]) },
    },
  );
  return {
    sink,
    circuits,
    send: () => sink.send(alert, never),
    sent: () => sent,
    wait: (ms: number) => {
      now += ms;
    },
  };
};

describe('circuit breaker of a sink', () => {
  it('leaves a sink alone after failures in a row, and uses up no try meanwhile', async () => {
    const { sink, send, sent, circuits, wait } = scene([retry]);
    expect(sink.state()).toEqual({ kind: 'ready' });
    for (let n = 0; n < 3; n += 1) expect(await send()).toEqual(retry);
    expect(sink.state()).toEqual({ kind: 'resting', retryAfterMs: 30_000 });
    wait(10_000);
    expect(await send()).toEqual({
      kind: 'deferred',
      cause: 'the sink rests after failures',
      retryAfterMs: 20_000,
    });
    expect(sent()).toBe(3);
    expect(circuits).toEqual([
      ['webhook', false],
      ['webhook', true],
    ]);
  });

  it('finds out with one delivery whether the sink is back', async () => {
    const { sink, send, sent, circuits, wait } = scene([retry, retry, retry, delivered]);
    for (let n = 0; n < 3; n += 1) await send();
    wait(30_000);
    expect(sink.state()).toEqual({ kind: 'ready' });
    const trial = send();
    expect(sink.state()).toEqual({ kind: 'resting', retryAfterMs: 1_000 });
    expect(await send()).toMatchObject({ kind: 'deferred', retryAfterMs: 1_000 });
    expect(await trial).toEqual(delivered);
    expect(sent()).toBe(4);
    expect(sink.state()).toEqual({ kind: 'ready' });
    expect(circuits.at(-1)).toEqual(['webhook', false]);
  });

  it('rests again when it is not back', async () => {
    const { sink, send, circuits, wait } = scene([retry]);
    for (let n = 0; n < 3; n += 1) await send();
    wait(30_000);
    expect(await send()).toEqual(retry);
    expect(sink.state()).toEqual({ kind: 'resting', retryAfterMs: 30_000 });
    expect(circuits).toHaveLength(2);
  });

  it('takes a refusal for good, or a success in between, for a sign of life', async () => {
    const refused = scene([retry, retry, dead, retry, retry]);
    for (let n = 0; n < 5; n += 1) await refused.send();
    expect(refused.sink.state()).toEqual({ kind: 'ready' });
    const flaky = scene([retry, retry, delivered, retry, retry]);
    for (let n = 0; n < 5; n += 1) await flaky.send();
    expect(flaky.sink.state()).toEqual({ kind: 'ready' });
  });
});

describe('filters of a sink', () => {
  const accepts = (changes: Partial<Extract<SinkSpec, { type: 'webhook' }>>) =>
    scene([delivered], webhookSpec(changes)).sink.accepts;

  it('let through what is severe enough', () => {
    const severe = accepts({ atLeast: 'high' });
    const severities = ['low', 'medium', 'high', 'critical'] as const;
    expect(severities.map((severity) => severe({ ...alert, severity }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('let through what is of their tenants', () => {
    expect(accepts({ tenants: ['acme', 'initech'] })(alert)).toBe(true);
    expect(accepts({ tenants: ['initech'] })(alert)).toBe(false);
    expect(accepts({ tenants: [] })({ ...alert, tenant: 'anybody' })).toBe(true);
  });

  it('keep from receivers of security events what these have no word for', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())!;
    const spec: SinkSpec = {
      ...webhookSpec(),
      type: 'ssf',
      limits,
      target: publicOnly,
      token: null,
      issuer: 'https://risk.example',
      audience: 'https://idp.example',
      shape: 'ssf',
      events: ['risk-level-change'],
      subjectFormat: { format: 'opaque' },
      signingKeys: [key],
    };
    const { accepts: wants } = scene([delivered], spec).sink;
    expect([alert, closed].map(wants)).toEqual([true, true]);
    expect([campaign, { ...alert, phase: 'updated' } as const].map(wants)).toEqual([false, false]);
  });
});

describe('the sinks of a file', () => {
  let receiver: Receiver;
  afterEach(() => receiver.stop());

  it('each send in their own way, and tell the queue how to treat them', async () => {
    receiver = await startReceiver(inTurn(status(503), status(204)));
    const output = new PassThrough().setEncoding('utf8');
    const circuits: string[] = [];
    const specs = [
      webhookSpec({ name: 'soc', url: receiver.url, concurrency: 2, retryDelaysMs: [1_000] }),
      stdoutSpec({ name: 'log' }),
      ocsfSpec({ name: 'siem' }),
    ];
    const sinks = createSinks(specs, {
      output,
      metrics: { sinkCircuit: (name) => void circuits.push(name) },
    });
    expect(
      sinks.map(({ name, concurrency, retryDelaysMs }) => [name, concurrency, retryDelaysMs]),
    ).toEqual([
      ['soc', 2, [1_000]],
      ['log', 4, null],
      ['siem', 4, null],
    ]);
    const verdicts = await Promise.all(sinks.map((sink) => sink.send(alert, never)));
    expect(verdicts).toEqual([
      { kind: 'retry', cause: 'HTTP 503', retryAfterMs: null },
      delivered,
      delivered,
    ]);
    expect(await sinks[0]!.send(alert, never)).toEqual(delivered);
    const lines = String(output.read())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ type: 'mfa.push_fatigue.opened' }, { class_uid: 2004 }]);
    // Each has its gauge from the start.
    expect(circuits).toEqual(['soc', 'log', 'siem']);
  });
});
