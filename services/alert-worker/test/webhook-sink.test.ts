import type { ServerResponse } from 'node:http';
import type { Alert } from '@stepgate/assessment';
import { createPost } from '../src/sinks/outbound/post.js';
import { systemLookup } from '../src/sinks/outbound/target-guard.js';
import type { WebhookSpec } from '../src/sinks/sink-spec.js';
import { createWebhookSink } from '../src/sinks/webhook/webhook-sink.js';
import {
  inTurn,
  silence,
  startReceiver,
  status,
  tlsKeys,
  verified,
  webhookSecret,
  type Answer,
  type Receiver,
  type ReceiverOptions,
} from './receiver.js';
import { alert, campaign, closed, gaveIn, never } from './samples.js';
import { keyOf, limits, webhookSpec } from './specs.js';

const otherSecret = 'whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=';

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

interface Scene {
  readonly spec?: Partial<WebhookSpec>;
  readonly clock?: () => number;
  readonly receiver?: ReceiverOptions;
}

const scene = async (answer: Answer, { spec: changes, clock, receiver: options }: Scene = {}) => {
  const receiver = await startReceiver(answer, options);
  receivers.push(receiver);
  const spec = webhookSpec({ url: receiver.url, ...changes });
  const post = createPost({ ...spec, lookup: systemLookup });
  const sink = createWebhookSink(spec, { post, clock: clock ?? Date.now });
  const send = (sent: Alert = alert, signal = never) => sink(sent, signal);
  return { received: receiver.received, send };
};

describe('webhook sink', () => {
  it('sends a signed message that the independent verifier accepts', async () => {
    const { received, send } = await scene(status(204));
    expect(await send()).toEqual({ kind: 'delivered' });
    expect(received).toHaveLength(1);
    expect(received[0] && verified(received[0])).toEqual({
      type: 'mfa.push_fatigue.opened',
      timestamp: '2026-01-01T00:04:00.000Z',
      data: {
        alert_id: alert.alertId,
        revision: 1,
        kind: 'push_fatigue',
        phase: 'opened',
        severity: 'high',
        technique: 'T1621',
        tenant: 'acme',
        subject: { type: 'user', id: 'alice@acme.example' },
        policy: 'workforce',
        opened_at: '2026-01-01T00:04:00.000Z',
        since: '2026-01-01T00:00:00.000Z',
        at: '2026-01-01T00:04:00.000Z',
        count: 5,
        window_seconds: 600,
        prompts: { sent: 5, approved: 0, denied: 3, ignored: 2, reported: 0 },
        approved_at: null,
        source_count: 2,
        device_count: 1,
        actions: [
          {
            action: 'number_matching_required',
            text: 'Push now asks the user to type the number on the login page.',
          },
          { action: 'push_forbidden', text: 'Push is no longer offered to this user.' },
        ],
        closed_by: null,
        campaign: null,
        runbook: 'https://wiki.acme.example/stepgate#push_fatigue',
        next_steps: expect.arrayContaining([expect.stringContaining('Call the user')]),
      },
    });
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': alert.id,
    });
  });

  it('speaks TLS to receivers that its authority vouches for, and to no others', async () => {
    const tls = { tls: true } as const;
    const trusted = await scene(status(204), { receiver: tls, spec: { ca: tlsKeys.cert } });
    expect(await trusted.send()).toEqual({ kind: 'delivered' });
    const unknown = await scene(status(204), { receiver: tls });
    expect(await unknown.send()).toEqual({
      kind: 'retry',
      cause: 'no answer: DEPTH_ZERO_SELF_SIGNED_CERT',
      retryAfterMs: null,
    });
    expect(unknown.received).toHaveLength(0);
  });

  it('tells the whole life of an alert under ids of its own', async () => {
    const { received, send } = await scene(status(204));
    for (const message of [alert, gaveIn, closed]) await send(message);
    expect(received.map((message) => verified(message))).toMatchObject([
      { type: 'mfa.push_fatigue.opened', data: { approved_at: null } },
      {
        type: 'mfa.push_approved_after_denials.escalated',
        data: { severity: 'critical', approved_at: '2026-01-01T00:06:00.000Z' },
      },
      { type: 'mfa.push_fatigue.closed', data: { closed_by: 'quiet' } },
    ]);
    expect(new Set(received.map(({ id }) => id)).size).toBe(3);
  });

  it('tells of a campaign with some of its subjects', async () => {
    const { received, send } = await scene(status(204));
    await send(campaign);
    expect(received[0] && verified(received[0])).toMatchObject({
      type: 'mfa.push_campaign.opened',
      data: {
        subject: null,
        campaign: {
          scope: 'source',
          subjects: 12,
          sample: [{ id: 'bob' }, { id: 'carol' }, { id: 'dave' }],
        },
      },
    });
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
    const keys = [keyOf(webhookSecret), keyOf(otherSecret)];
    const { received, send } = await scene(status(200), { spec: { keys } });
    await send();
    const [message] = received;
    if (message === undefined) throw new Error('nothing arrived');
    expect(() => verified(message, webhookSecret)).not.toThrow();
    expect(() => verified(message, otherSecret)).not.toThrow();
  });

  it('tells addresses, countries and devices only when asked to', async () => {
    const thin = await scene(status(200));
    await thin.send();
    expect(thin.received[0]?.body).not.toMatch(/203\.0\.113\.7|2001:db8|NL|64500|device-1f3a/u);
    const full = await scene(status(200), { spec: { parts: { subject: true, context: true } } });
    await full.send();
    expect(full.received[0] && verified(full.received[0])).toMatchObject({
      data: {
        sources: [
          { address: '203.0.113.7', country: 'NL', asn: 64_500, prompts: 4 },
          { address: '2001:db8::7', country: null, asn: null, prompts: 1 },
        ],
        devices: ['device-1f3a'],
      },
    });
  });

  it('names nobody when that is not asked for, of a campaign neither', async () => {
    const parts = { subject: false, context: false };
    const { received, send } = await scene(status(200), { spec: { parts } });
    await send();
    await send(campaign);
    for (const { body } of received) expect(body).not.toMatch(/alice|bob|carol/u);
  });

  it('drops the context, then the sample, before a message is too large for receivers', async () => {
    const parts = { subject: true, context: true };
    const { received, send } = await scene(status(200), { spec: { parts } });
    const device = 'é'.repeat(1_500);
    await send({ ...alert, devices: Array.from({ length: 10 }, () => device) });
    const sample = Array.from({ length: 10 }, () => ({ type: 'user', id: '😀'.repeat(600) }));
    await send({ ...campaign, campaign: { scope: 'tenant', subjects: 400, sample } });
    const [context, many] = received.map((message) => verified(message));
    for (const { body } of received) expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    expect(context).toMatchObject({ data: { subject: { id: 'alice@acme.example' } } });
    expect(many).toMatchObject({ data: { campaign: { subjects: 400, sample: [] } } });
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
    const location = receivers[0]!.url.href;
    const { send, received } = await scene(status(307, { location }));
    expect(await send()).toMatchObject({ kind: 'retry', cause: 'HTTP 307' });
    expect(received).toHaveLength(1);
    expect(aim.received).toHaveLength(0);
  });

  it('gives up waiting for an answer that does not come', async () => {
    const { send } = await scene(silence, { spec: { limits: { ...limits, totalMs: 200 } } });
    expect(await send()).toMatchObject({ kind: 'retry', cause: 'no answer: TIMEOUT' });
  });

  it('survives a receiver that resets the connection or is not there', async () => {
    const { send } = await scene((response) => response.socket?.destroy());
    expect(await send()).toMatchObject({ kind: 'retry', cause: 'no answer: ECONNRESET' });
    const gone = await scene(silence, { spec: { url: new URL('http://127.0.0.1:1/') } });
    expect(await gone.send()).toMatchObject({ kind: 'retry', cause: 'no answer: ECONNREFUSED' });
  });

  const gigabyte = 1_073_741_824;
  const flood =
    (code: number) =>
    (response: ServerResponse): void => {
      let left = gigabyte;
      const more = (): void => {
        while (left > 0) {
          left -= 65_536;
          if (!response.write('x'.repeat(65_536))) break;
        }
        if (left > 0) response.once('drain', more);
        else response.end();
      };
      response.writeHead(code);
      more();
    };
  it('reads no more than 64 kB of an answer of a gigabyte, and believes its status', async () => {
    const before = process.memoryUsage().rss;
    for (const [code, verdict] of [
      [200, { kind: 'delivered' }],
      [503, { kind: 'retry', cause: 'HTTP 503', retryAfterMs: null }],
    ] as const) {
      const { send } = await scene(flood(code));
      const startedAt = Date.now();
      expect(await send()).toEqual(verdict);
      expect(Date.now() - startedAt).toBeLessThan(3_000);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
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
      { spec: { limits: { ...limits, totalMs: 300 } } },
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
