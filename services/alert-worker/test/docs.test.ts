import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { alertMessage } from '../src/sinks/alert-message.js';
import { parseWebhookSecret, signWebhook } from '../src/sinks/webhook-signature.js';
import { webhookSecret } from './receiver.js';
import { alert } from './samples.js';

const page = readFileSync(resolve(__dirname, '../../../docs/alerts.md'), 'utf8');
const key = parseWebhookSecret(webhookSecret);
if (key === null) throw new Error('no secret');

const body = '{"type":"mfa.push_fatigue.detected"}';
const timestampSeconds = 1_767_225_600;
const signature = signWebhook({ id: 'a-1', timestampSeconds, body }, [Buffer.alloc(32, 1), key]);
const genuine = {
  headers: {
    'webhook-id': 'a-1',
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signature,
  },
  body,
  now: timestampSeconds + 299,
};
type Message = typeof genuine;

/** Runs the page's own code over the messages. */
const judge = (messages: readonly Message[]): unknown => {
  const snippet = /```js\n([\s\S]*?)```/u.exec(page)?.[1] ?? '';
  const script = join(mkdtempSync(join(tmpdir(), 'stepgate-docs-')), 'check.mjs');
  const call = `isGenuine(m.headers, m.body, ${JSON.stringify(webhookSecret)}, m.now)`;
  const print = `console.log(JSON.stringify(${JSON.stringify(messages)}.map((m) => ${call})));`;
  writeFileSync(script, `${snippet}\n${print}`);
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
};

const changed = (headers: Partial<Message['headers']>): Message => ({
  ...genuine,
  headers: { ...genuine.headers, ...headers },
});

describe('docs/alerts.md', () => {
  it('shows a check that accepts our signatures and nothing else', () => {
    expect(
      judge([
        genuine,
        { ...genuine, body: `${body} ` },
        { ...genuine, now: timestampSeconds + 301 },
        { ...genuine, now: timestampSeconds - 301 },
        changed({ 'webhook-id': 'a-2' }),
        changed({ 'webhook-timestamp': 'soon' }),
        changed({ 'webhook-signature': 'v1,' }),
        changed({ 'webhook-signature': signature.replaceAll('v1,', 'v2,') }),
        changed({ 'webhook-signature': '' }),
      ]),
    ).toEqual([true, ...Array.from({ length: 8 }, () => false)]);
  });

  it('shows the message that a receiver gets', () => {
    const shown: unknown = JSON.parse(/```json\n([\s\S]*?)```/u.exec(page)?.[1] ?? '');
    expect(shown).toEqual(alertMessage(alert, { subject: true, context: false }));
  });

  it('has every setting of the worker in its table, and no other', () => {
    const source = readFileSync(resolve(__dirname, '../src/config.ts'), 'utf8');
    const settings = [...source.matchAll(/^ {2}(STEPGATE_\w+): /gmu)].map((match) => match[1]);
    const rows = page.split('\n').filter((line) => line.startsWith('| `STEPGATE_'));
    const documented = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/gu)].map((match) => match[1]),
    );
    expect(documented.sort()).toEqual(settings.sort());
  });
});
