import type { Alert } from '@stepgate/assessment';
import { createPost } from '../src/sinks/outbound/post.js';
import { systemLookup } from '../src/sinks/outbound/target-guard.js';
import { createSlackSink } from '../src/sinks/slack/slack-sink.js';
import { slackText } from '../src/sinks/slack/slack-text.js';
import { startReceiver, status, type Answer, type Receiver } from './receiver.js';
import { alert, campaign, gaveIn, never } from './samples.js';
import { slackSpec } from './specs.js';

const full = { subject: true, context: true };

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

const scene = async (answer: Answer = status(200, {}, 'ok'), parts = full) => {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  const spec = slackSpec({ url: receiver.url, parts });
  const post = createPost({ ...spec, lookup: systemLookup });
  const sink = createSlackSink(spec, { post, clock: Date.now });
  return { received: receiver.received, send: (sent: Alert) => sink(sent, never) };
};

interface Text {
  readonly text: string;
}
interface Block {
  readonly type: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
}
interface Message extends Text {
  readonly blocks: readonly Block[];
}

const messageFor = async (sent: Alert, parts = full): Promise<Message> => {
  const { received, send } = await scene(undefined, parts);
  expect(await send(sent)).toEqual({ kind: 'delivered' });
  return JSON.parse(received[0]!.body) as Message;
};

describe('Slack sink', () => {
  it('says who, since when, from where, what was done and what to do', async () => {
    const message = await messageFor(alert);
    expect(message.blocks.map(({ type }) => type)).toEqual([
      'header',
      'section',
      'section',
      'section',
      'context',
    ]);
    const text = JSON.stringify(message).replaceAll('\u2060', '');
    for (const part of [
      'MFA push attack on alice@acme.example in acme',
      'OPENED (high): 5 prompts to alice@acme.example without a yes',
      '2026-01-01T00:00:00Z, latest 2026-01-01T00:04:00Z',
      '5 sent, 0 approved, 3 denied, 2 ignored, 0 reported',
      '203.0.113.7 (NL, AS64500): 4',
      '2001:db8::7 (country unknown, AS unknown): 1',
      'device-1f3a',
      'Push is no longer offered to this user.',
      'Call the user on a number that you know',
      '<https://wiki.acme.example/stepgate#push_fatigue|Runbook>',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('tells of an approval and of a campaign', async () => {
    expect(JSON.stringify(await messageFor(gaveIn))).toContain('at 2026-01-01T00:06:00Z');
    const text = JSON.stringify(await messageFor(campaign));
    expect(text).toContain('12 users prompted from one address');
    expect(text).toContain('carol');
  });

  it('keeps addresses and names to itself unless they are asked for', async () => {
    const text = JSON.stringify(await messageFor(alert, { subject: false, context: false }));
    expect(text).not.toMatch(/alice|203\.0\.113|NL|device-1f3a/u);
    expect(text).toContain('MFA push attack on a user in acme');
  });

  const hostileIds = [
    '<!channel>',
    '<!everyone> @channel @here @all @everyone',
    '<@U012AB3CD>',
    '<https://evil.example|Runbook>',
    'https://evil.example/reset',
    'bob\u202egnp.exe',
    'line\u2028break\u0000',
    '&lt;!channel&gt;',
    '@'.repeat(256),
    '&<>'.repeat(85),
  ];
  it.each(hostileIds)('lets the user id %j call nobody and link nowhere', async (id) => {
    const message = await messageFor({
      ...alert,
      subject: { type: 'user', id },
      devices: [id],
      tenant: id,
    });
    const texts = [
      message.text.replace(/\n\nRunbook: .*$/u, ''),
      ...message.blocks
        .slice(0, -1)
        .flatMap(({ text, fields = [] }) => [
          ...(text === undefined ? [] : [text.text]),
          ...fields.map((field) => field.text),
        ]),
    ];
    for (const text of texts) {
      expect(text).not.toMatch(/[<>]/u);
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/u);
      expect(text).not.toMatch(/(?<![\p{L}\p{N}])@[A-Za-z]/u);
      expect(text).not.toContain('://');
      expect(text.replace(/[\n\u2060]/gu, '')).not.toMatch(/[\p{C}\p{Zl}]/u);
    }
  });

  it('keeps to the lengths that Slack takes, however long the names', async () => {
    const id = '&'.repeat(256);
    const sample = Array.from({ length: 10 }, () => ({ type: 'user', id }));
    const message = await messageFor({
      ...campaign,
      tenant: id,
      devices: Array.from({ length: 10 }, () => id),
      campaign: { scope: 'tenant', subjects: 500, sample },
    });
    const [header, headline, facts, steps] = message.blocks;
    expect(header?.text?.text.length).toBeLessThanOrEqual(150);
    expect(headline?.text?.text.length).toBeLessThanOrEqual(3_000);
    expect(steps?.text?.text.length).toBeLessThanOrEqual(3_000);
    expect(facts?.fields?.length).toBeLessThanOrEqual(10);
    for (const { text } of facts!.fields!) expect(text.length).toBeLessThanOrEqual(2_000);
    expect(message.text.length).toBeLessThanOrEqual(40_000);
  });

  it.each([
    [429, { 'retry-after': '30' }, { kind: 'retry', cause: 'HTTP 429', retryAfterMs: 30_000 }],
    [500, {}, { kind: 'retry', cause: 'HTTP 500', retryAfterMs: null }],
    [404, {}, { kind: 'retry', cause: 'HTTP 404', retryAfterMs: null }],
    [410, {}, { kind: 'dead', cause: 'HTTP 410' }],
  ] as const)('takes HTTP %i for what it says', async (code, headers, verdict) => {
    const { send } = await scene(status(code, headers));
    expect(await send(alert)).toEqual(verdict);
  });
});

describe('text for Slack', () => {
  it('leaves mail addresses and plain words as they are', () => {
    expect(slackText('alice@acme.example, AS64500 (NL): 4')).toBe(
      'alice@acme.example, AS64500 (NL): 4',
    );
  });
});
