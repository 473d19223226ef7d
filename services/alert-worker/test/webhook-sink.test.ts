import type { ServerResponse } from 'node:http';
import type { Alert } from '@stepgate/assessment';
import { parseRetryAfter } from '../src/sinks/retry-after.js';
import { createWebhookSink, type WebhookSinkOptions } from '../src/sinks/webhook-sink.js';
import { parseWebhookSecret } from '../src/sinks/webhook-signature.js';
import {
  inTurn,
  silence,
  startReceiver,
  status,
  verified,
  webhookSecret,
  type Answer,
  type Receiver,
} from './receiver.js';
import { alert, never } from './samples.js';

const otherSecret = 'whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=';
const keys = [webhookSecret, otherSecret]
  .map(parseWebhookSecret)
  .filter((key): key is Buffer => key !== null);

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

const scene = async (answer: Answer, options: Partial<WebhookSinkOptions> = {}) => {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  const sink = createWebhookSink({
    url: receiver.url,
    keys: keys.slice(0, 1),
    context: false,
    ...options,
  });
  const send = (sent: Alert = alert, signal = never) => sink.send(sent, signal);
  return { received: receiver.received, send };
};

describe('webhook sink', () => {
  it('sends a signed message that the independent verifier accepts', async () => {
    const { received, send } = await scene(status(204));
    expect(await send()).toEqual({ kind: 'delivered' });
    expect(received).toHaveLength(1);
    expect(received[0] && verified(received[0])).toEqual({
      type: 'mfa.push_fatigue.detected',
      timestamp: '2026-01-01T00:04:00.000Z',
      data: {
        alert_id: alert.id,
        severity: 'high',
        technique: 'T1621',
        tenant: 'acme',
        subject: { type: 'user', id: 'alice' },
        policy: 'workforce',
        count: 5,
        window_seconds: 600,
        since: '2026-01-01T00:00:00.000Z',
        at: '2026-01-01T00:04:00.000Z',
      },
    });
    expect(received[0]?.headers['content-type']).toBe('application/json');
  });

  it('keeps the id over retries and takes a fresh timestamp for each', async () => {
    const instants = [1_767_225_600_000, 1_767_225_600_000, 1_767_229_200_000, 1_767_229_200_000];
    const { received, send } = await scene(inTurn(status(500), status(200)), {
      clock: () => instants.shift() ?? 0,
    });
    await send();
    await send();
    expect(received.map(({ id }) => id)).toEqual([alert.id, alert.id]);
    expect(received.map(({ headers }) => headers['webhook-timestamp'])).toEqual([
      '1767225600',
      '1767229200',
    ]);
  });

  it('signs with both secrets while they are changed', async () => {
    const { received, send } = await scene(status(200), { keys });
    await send();
    const [message] = received;
    if (message === undefined) throw new Error('nothing arrived');
    expect(() => verified(message, webhookSecret)).not.toThrow();
    expect(() => verified(message, otherSecret)).not.toThrow();
  });

  it('tells the context of the prompts only when asked to', async () => {
    const { received, send } = await scene(status(200), { context: true });
    await send();
    expect(received[0] && verified(received[0])).toMatchObject({
      data: { context: alert.context },
    });
  });

  it('leaves the context out when the message would be too large for receivers', async () => {
    const { received, send } = await scene(status(200), { context: true });
    await send({ ...alert, context: { note: 'é'.repeat(15_000) } });
    expect(Buffer.byteLength(received[0]?.body ?? '')).toBeLessThan(20_000);
    expect(received[0] && verified(received[0])).toMatchObject({ data: { alert_id: alert.id } });
  });

  it.each([400, 401, 404, 429, 500, 502, 503])(
    'asks for another try after HTTP %i',
    async (code) => {
      const { send } = await scene(status(code));
      expect(await send()).toEqual({
        kind: 'retry',
        cause: `HTTP ${String(code)}`,
        retryAfterMs: null,
      });
    },
  );

  it('passes on how long the receiver wants to be left alone', async () => {
    const { send } = await scene(status(429, { 'retry-after': '120' }));
    expect(await send()).toEqual({ kind: 'retry', cause: 'HTTP 429', retryAfterMs: 120_000 });
  });

  it('gives up on an alert that the receiver calls gone', async () => {
    const { send } = await scene(status(410));
    expect(await send()).toEqual({ kind: 'dead', cause: 'HTTP 410' });
  });

  it('does not follow a redirect and does not take it for a delivery', async () => {
    const aim = await scene(status(200));
    const { send, received } = await scene(status(307, { location: '/elsewhere' }));
    expect(await send()).toMatchObject({ kind: 'retry', cause: 'HTTP 307' });
    expect(received).toHaveLength(1);
    expect(aim.received).toHaveLength(0);
  });

  it('gives up waiting for an answer that does not come', async () => {
    const { send } = await scene(silence, { limits: { totalMs: 200 } });
    expect(await send()).toMatchObject({ kind: 'retry', cause: 'no answer: TIMEOUT' });
  });

  it('gives up waiting for a connection', async () => {
    // TEST-NET-1 (RFC 5737): nobody answers there, or the network refuses at once.
    const { send } = await scene(silence, {
      url: new URL('http://192.0.2.1/alerts'),
      limits: { connectMs: 200, totalMs: 5_000 },
    });
    const startedAt = Date.now();
    expect(await send()).toMatchObject({ kind: 'retry' });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  it('survives a receiver that resets the connection or is not there', async () => {
    const { send } = await scene((response) => response.socket?.destroy());
    expect(await send()).toMatchObject({ kind: 'retry', cause: 'no answer: ECONNRESET' });
    const gone = await scene(silence, { url: new URL('http://127.0.0.1:1/') });
    expect(await gone.send()).toMatchObject({ kind: 'retry', cause: 'no answer: ECONNREFUSED' });
  });

  const flood = (response: ServerResponse): void => {
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    response.writeHead(200);
    more();
  };
  it('reads no more than 64 kB of an endless answer, and believes its status', async () => {
    const { send } = await scene(flood, { limits: { totalMs: 5_000 } });
    const startedAt = Date.now();
    expect(await send()).toEqual({ kind: 'delivered' });
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  it('does not wait longer for an answer that drips', async () => {
    const { send } = await scene(
      (response) => {
        response.writeHead(503).write('.');
        const timer = setInterval(() => response.write('.'), 20);
        response.on('close', () => {
          clearInterval(timer);
        });
      },
      { limits: { totalMs: 300 } },
    );
    expect(await send()).toMatchObject({ kind: 'retry', cause: 'HTTP 503' });
  });

  it('ends at once when the worker stops', async () => {
    const { send } = await scene(silence);
    const stopping = new AbortController();
    const sent = send(alert, stopping.signal);
    stopping.abort();
    expect(await sent).toMatchObject({ kind: 'retry' });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    [null, null],
  ])('reads %s as %s', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
