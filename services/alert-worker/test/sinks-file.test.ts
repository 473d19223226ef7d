import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSinksFile } from '../src/sinks-file/read-sinks-file.js';
import { tlsKeys, webhookSecret } from './receiver.js';
import {
  directory,
  file,
  fileWith,
  makeFiles,
  parse,
  problemsOf,
  removeFiles,
  webhook,
} from './sinks-file-scene.js';

beforeAll(makeFiles);
afterAll(removeFiles);

const everything = `
stepgate: v1
runbook_url: https://wiki.acme.example/stepgate
sinks:
  - name: soc
    type: webhook
    url: {env: WEBHOOK_URL}
    secrets: [{file: webhook_secret}, {env: NEXT_SECRET}]
    severities: {at_least: high}
    tenants: [acme, initech]
    subject: full
    context: true
    timeouts: {connect: 1s, total: 5s}
    concurrency: 2
    retry_delays: [5s, 5m, 2h]
    ca: {file: ca.pem}
    allow_addresses: [10.1.2.0/24, "fd12:3456::/64"]
  - name: chat
    type: slack
    url: {file: slack_url}
  - name: mail
    type: email
    host: smtp.acme.example
    tls: starttls
    user: stepgate
    password: {file: smtp_password}
    from: alerts@acme.example
    to: [soc@acme.example, lead@acme.example]
  - name: siem
    type: ocsf
    file: findings.jsonl
  - name: log
    type: stdout
  - name: idp
    type: ssf
    url: https://idp.acme.example/ssf
    token: {file: token}
    issuer: https://risk.acme.example
    audience: https://idp.acme.example
    subject_issuer: https://idp.acme.example
    keys: [{file: set_key.pem}]
  - name: okta
    type: ssf
    url: https://acme.okta.example/security/api/v1/security-events
    issuer: https://risk.acme.example
    audience: https://acme.okta.example
    shape: okta
    events: [risk-level-change]
    subject_format: email
    keys: [{file: set_key.pem}]
`;

describe('sinks file', () => {
  it('describes any number of sinks, with a default for what is left out', () => {
    const env = { WEBHOOK_URL: 'https://alerts.acme.example/x', NEXT_SECRET: webhookSecret };
    const { sinks, problems } = parse(everything, { env });
    expect(problems).toEqual([]);
    expect(sinks).toMatchObject([
      {
        type: 'webhook',
        name: 'soc',
        url: new URL('https://alerts.acme.example/x'),
        keys: [expect.any(Buffer), expect.any(Buffer)],
        atLeast: 'high',
        tenants: ['acme', 'initech'],
        parts: { subject: true, context: true },
        limits: { connectMs: 1_000, totalMs: 5_000, responseBytes: 65_536 },
        concurrency: 2,
        retryDelaysMs: [5_000, 300_000, 7_200_000],
        ca: tlsKeys.cert.trimEnd(),
        target: { allowAddresses: ['10.1.2.0/24', 'fd12:3456::/64'], allowLoopback: false },
        runbookUrl: 'https://wiki.acme.example/stepgate',
      },
      {
        type: 'slack',
        atLeast: 'low',
        tenants: [],
        parts: { subject: true, context: false },
        limits: { connectMs: 2_000, totalMs: 10_000, responseBytes: 65_536 },
        concurrency: 4,
        retryDelaysMs: null,
        ca: null,
        target: { allowAddresses: [], allowLoopback: false },
      },
      {
        type: 'email',
        port: 587,
        tls: 'starttls',
        login: { user: 'stepgate', password: 'planted-password' },
      },
      { type: 'ocsf', output: { file: join(directory, 'findings.jsonl') } },
      { type: 'stdout', parts: { subject: false, context: false } },
      {
        type: 'ssf',
        token: 'abc.def',
        shape: 'ssf',
        events: ['risk-level-change', 'session-revoked'],
        subjectFormat: { format: 'iss_sub', iss: 'https://idp.acme.example' },
        signingKeys: [{ alg: 'RS256' }],
      },
      { shape: 'okta', events: ['risk-level-change'], subjectFormat: { format: 'email' } },
    ]);
  });

  it('leads to the page of this project where it names no runbook', () => {
    expect(parse(webhook()).sinks).toMatchObject([{ runbookUrl: 'docs/fatigue-runbook.md' }]);
  });

  it('tells all problems at once, each with its place', () => {
    const text = fileWith(
      '  - name: soc',
      '    type: webhok',
      '  - name: soc',
      '    type: webhook',
      '    url: http://alerts.acme.example/',
      '    secrets: [{file: nowhere}]',
      '    colour: red',
      '    concurrency: many',
      '  - {name: chat, type: slack, url: {env: MISSING}}',
      '  - {name: chat, type: stdout}',
      '  - type: stdout',
      '    name: Log',
    );
    expect(problemsOf(text)).toEqual([
      '4:11 sinks[0].type: type must be one of webhook, slack, email, ocsf, stdout, ssf',
      expect.stringMatching(
        /^9:5 sinks\[1\]\.colour: unknown key; known here: name, severities, /u,
      ),
      '10:18 sinks[1].concurrency: must be a number',
      '11:42 sinks[2].url.env: the variable MISSING is not set; set it, or use file',
      '12:12 sinks[3].name: "chat" is the name of another sink; names are unique',
      '14:11 sinks[4].name: must be lower case letters, digits, - and _, at most 32, a letter first',
    ]);
  });

  it.each([
    ['nothing', '', '1:1 must be a block of keys'],
    ['no sinks', 'stepgate: v1', '1:1 sinks: is missing; add it'],
    ['an empty list', 'stepgate: v1\nsinks: []', '2:8 sinks: must have at least 1 entry'],
    ['another version', 'stepgate: v2\nsinks: [{}]', '1:11 stepgate: must be one of v1'],
    ['no YAML', 'sinks: [', expect.stringMatching(/^1:\d+ this is not YAML: /u)],
    [
      'a key twice',
      'stepgate: v1\nstepgate: v1\nsinks: [{}]',
      expect.stringContaining('2:1 this is not YAML'),
    ],
    ['aliases', 'stepgate: v1\nsinks: &a [*a]', expect.stringContaining('no aliases')],
    ['too much', `# ${'x'.repeat(70_000)}`, '1:1 the file is larger than 64 KiB'],
    [
      'a sink without a type',
      fileWith('  - name: soc'),
      '3:5 sinks[0]: type must be one of webhook, slack, email, ocsf, stdout, ssf',
    ],
  ])('is refused when it holds %s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('is refused with more sinks than metrics can tell apart', () => {
    const many = Array.from({ length: 17 }, (_, n) => `  - {name: s${String(n)}, type: stdout}`);
    expect(problemsOf(fileWith(...many))).toEqual(['3:3 sinks: must have at most 16 entries']);
  });

  it('is refused when no alert would say who is under attack', () => {
    expect(problemsOf(fileWith('  - {name: log, type: stdout}'))).toEqual([
      '3:3 sinks: no sink would say who is under attack; give one of them subject: full',
    ]);
    expect(problemsOf(fileWith('  - {name: log, type: stdout, subject: full}'))).toEqual([]);
  });

  describe('keeps secrets out', () => {
    it.each([
      [`secrets: [${webhookSecret}]`, 'a secret does not stand in this file'],
      ['secrets: [{file: webhook_secret, env: A}]', 'must have either file (a path) or env'],
      ['secrets: [{}]', 'must have either file (a path) or env'],
      ['secrets: [{path: webhook_secret}]', 'unknown key; known here: file, env'],
      ['secrets: [{env: STEPGATE_SECRET}]', 'are settings of the worker'],
      ['secrets: [{file: nowhere}]', 'cannot be read by this user'],
      ['secrets: [{file: empty}]', 'is empty'],
      ['secrets: [{file: smtp_password}]', 'must hold a secret of the form whsec_'],
      ['secrets: []', 'must have at least 1 entry'],
      ['secrets: [{file: a}, {file: b}, {file: c}]', 'must have at most 2 entries'],
    ])('and refuses %s', (secrets, message) => {
      const text = webhook().replace('secrets: [{file: webhook_secret}]', secrets);
      const problems = problemsOf(text);
      expect(problems).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
      expect(problems.join('')).not.toMatch(/whsec_[A-Z]|planted/u);
    });

    it('says so when a file is there but not for this user', () => {
      file('guarded', webhookSecret);
      chmodSync(join(directory, 'guarded'), 0);
      const text = webhook().replace('webhook_secret', 'guarded');
      // Root reads everything.
      if (process.getuid?.() === 0) expect(problemsOf(text)).toEqual([]);
      else expect(problemsOf(text)).toEqual([expect.stringContaining('cannot be read')]);
    });

    it('does not quote an address that came from a secret', () => {
      file('planted_url', 'http://planted.example/token');
      const text = fileWith('  - {name: chat, type: slack, url: {file: planted_url}}');
      expect(problemsOf(text)).toEqual([expect.stringContaining('must begin with https://')]);
      expect(problemsOf(text).join('')).not.toContain('planted.example');
    });
  });
});

describe('reading the file', () => {
  it('names file, line and column', () => {
    const name = join(directory, 'sinks.yaml');
    writeFileSync(name, webhook('colour: red'));
    const read = readSinksFile(name, { mode: 'production', env: {} });
    expect(read).toEqual({
      ok: false,
      problems: [expect.stringMatching(/sinks\.yaml:7:5: sinks\[0\]\.colour: unknown key/u)],
    });
  });

  it('says so when there is none', () => {
    mkdirSync(join(directory, 'folder'));
    for (const name of ['nowhere.yaml', 'folder']) {
      const path = join(directory, name);
      expect(readSinksFile(path, { mode: 'production', env: {} })).toEqual({
        ok: false,
        problems: [
          `STEPGATE_SINKS_FILE: ${path} cannot be read; check the path and its permissions.`,
        ],
      });
    }
  });
});
