import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { redisFields } from '@stepgate/telemetry';
import { alertKinds } from '@stepgate/assessment';
import { sinkSchemas } from '../src/sinks-file/schema/sinks.js';
import { parseSinks } from '../src/sinks-file/parse-sinks.js';
import { runbookLink } from '../src/sinks/message/alert-words.js';
import { alertMessage } from '../src/sinks/message/alert-message.js';
import { parseWebhookSecret, signWebhook } from '../src/sinks/webhook/webhook-signature.js';
import { tlsKeys, webhookSecret } from './receiver.js';
import { alert } from './samples.js';

const inRepository = (path: string): string => resolve(__dirname, '../../..', path);
const pagePath = inRepository('docs/alerts.md');
const page = readFileSync(pagePath, 'utf8');
const key = parseWebhookSecret(webhookSecret);
if (key === null) throw new Error('no secret');

const body = '{"type":"mfa.push_fatigue.opened"}';
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

const options = {
  parts: { subject: true, context: true },
  runbookUrl: 'https://wiki.example.com/stepgate',
};
const shownMessage = /```json\n([\s\S]*?)```/u;

/** The first column of the tables below a heading. */
const namesUnder = (heading: string): readonly string[] => {
  const section = page.slice(page.indexOf(`\n${heading}\n`) + heading.length + 2);
  const rows = section
    .split(/\n#{2,4} /u)[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/gu)].map((match) => match[1]!),
  );
};

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
    const message = alertMessage(alert, options);
    if (process.env['UPDATE_DOCS'] !== undefined) {
      const fresh = `\`\`\`json\n${JSON.stringify(message, null, 2)}\n\`\`\``;
      writeFileSync(
        pagePath,
        page.replace(shownMessage, () => fresh),
      );
    }
    const current = readFileSync(pagePath, 'utf8');
    expect(JSON.parse(shownMessage.exec(current)?.[1] ?? '')).toEqual(message);
  });

  it('explains every field of it', () => {
    const { data } = alertMessage(alert, options);
    const plain = ['kind', 'phase', 'tenant', 'policy'];
    expect([...namesUnder('## The message'), ...plain].sort()).toEqual(Object.keys(data).sort());
  });

  it('leads from every kind of alert to its section of the runbook', () => {
    const directory = tmpdir();
    const text = 'stepgate: v1\nsinks:\n  - {name: log, type: stdout, subject: full}\n';
    const { sinks } = parseSinks(text, { mode: 'production', env: {}, directory });
    for (const kind of alertKinds) {
      const [file, anchor] = runbookLink({ kind }, sinks[0]!.runbookUrl).split('#');
      expect(readFileSync(inRepository(file!), 'utf8')).toContain(`\n## ${anchor!}\n`);
    }
  });

  it('has every setting of the worker in its table, and no other', () => {
    const source = readFileSync(resolve(__dirname, '../src/config.ts'), 'utf8');
    const own = [...source.matchAll(/^ {4}(STEPGATE_\w+): /gmu)].map(([, name]) => name);
    const settings = [...own, ...Object.keys(redisFields)];
    expect(settings.length).toBeGreaterThan(5);
    expect([...namesUnder('## Settings')].sort()).toEqual(settings.sort());
  });

  it.each(Object.entries(sinkSchemas))('has every key of a sink of type %s', (type, schema) => {
    const common = namesUnder('## The sinks file');
    const own = namesUnder(`### ${type}`).filter((name) => !name.startsWith('webhook'));
    const keys = Object.keys(schema.shape);
    expect([...common, ...own]).toEqual(expect.arrayContaining(keys));
    expect(keys).toEqual(expect.arrayContaining(own));
  });
});

describe('a sinks file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stepgate-docs-sinks-'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secrets = {
    webhook_secret: webhookSecret,
    'internal_ca.pem': tlsKeys.cert,
    slack_url: 'https://hooks.slack.com/services/T0/B0/x',
    smtp_password: 'password',
    idp_token: 'token',
    'set_key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  beforeAll(() => {
    mkdirSync(join(directory, 'log'));
    for (const [name, text] of Object.entries(secrets)) writeFileSync(join(directory, name), text);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const env = {
    ALERT_WEBHOOK_URL: 'https://alerts.example.com/stepgate',
    NEXT_WEBHOOK_SECRET: webhookSecret,
  };
  const parse = (text: string) =>
    parseSinks(
      text
        .replaceAll('/run/secrets/stepgate', directory)
        .replaceAll('/var/log/stepgate', join(directory, 'log')),
      { mode: 'production', env, directory },
    );

  it('as docs/alerts.md shows it is one that the worker takes', () => {
    const shown = [...page.matchAll(/```yaml\n([\s\S]*?)```/gu)].map((match) => match[1]!);
    expect(shown).toHaveLength(1);
    expect(parse(shown[0]!)).toMatchObject({
      problems: [],
      sinks: [{ type: 'webhook' }, { type: 'stdout' }],
    });
  });

  it.each(['sinks.yaml', 'all-kinds.yaml'])(
    'as shipped (%s) is one that the worker takes',
    (name) => {
      const text = readFileSync(inRepository(`infra/alerts/${name}`), 'utf8');
      const { problems, sinks } = parse(text);
      expect(problems).toEqual([]);
      expect(sinks.length).toBeGreaterThan(1);
    },
  );

  it('as an example leaves out no kind and no key', () => {
    const text = readFileSync(inRepository('infra/alerts/all-kinds.yaml'), 'utf8');
    // Dev mode's exception does not belong into an example for production.
    const keys = Object.values(sinkSchemas)
      .flatMap(({ shape }) => Object.keys(shape))
      .filter((name) => name !== 'allow_loopback');
    const missing = keys.filter((name) => !new RegExp(`\\b${name}:`, 'u').test(text));
    expect(missing).toEqual([]);
    for (const type of Object.keys(sinkSchemas)) expect(text).toContain(`type: ${type}`);
  });
});
