import {
  fileWith,
  makeFiles,
  parse,
  problemsOf,
  removeFiles,
  webhook,
} from './sinks-file-scene.js';

beforeAll(makeFiles);
afterAll(removeFiles);

describe('the sinks file, kind by kind,', () => {
  describe('checks where alerts go', () => {
    const withUrl = (url: string): string =>
      webhook('allow_loopback: true').replace('https://alerts.acme.example/stepgate', url);

    it.each(['http://127.0.0.1:8090/hook', 'http://[::1]:8090/', 'https://localhost:8090/'])(
      'takes %s in dev mode, where loopback is allowed explicitly',
      (url) => {
        expect(problemsOf(withUrl(url), { mode: 'dev' })).toEqual([]);
      },
    );

    it('allows no loopback in production, whatever the file says', () => {
      expect(problemsOf(withUrl('http://127.0.0.1:8090/'))).toEqual([
        expect.stringContaining('must begin with https://'),
        expect.stringContaining('is for dev mode (STEPGATE_MODE=dev); remove it'),
      ]);
    });

    it.each([
      ['http://alerts.acme.example/', 'must begin with https://'],
      ['http://127.0.0.1.example/', 'must begin with https://'],
      ['https://user:pw@alerts.acme.example/', 'must not hold a user or password'],
      ['https://10.0.0.1/', 'alerts do not go to this host'],
      ['https://alerts.acme.example:22/', 'the port must be 443'],
      ['alerts.acme.example', 'must be an address such as'],
    ])('refuses %s even there', (url, message) => {
      expect(problemsOf(withUrl(url), { mode: 'dev' })).toEqual([expect.stringContaining(message)]);
    });

    it.each([
      '10.0.0.0',
      '10.0.0.0/33',
      'acme',
      '0x0a.0.0.0/8',
      '0.0.0.0/0',
      '127.0.0.0/8',
      '169.254.0.0/16',
    ])('refuses an exception for %s', (range) => {
      expect(problemsOf(webhook(`allow_addresses: ["${range}"]`))).not.toEqual([]);
    });
  });

  it.each([
    ['timeouts: {total: 11s}', 'must be at most 10s'],
    ['timeouts: {connect: 3s}', 'must be at most 2s'],
    ['timeouts: {total: 500ms}', 'must be a whole number and a unit'],
    ['retry_delays: []', 'must have at least 1 entry'],
    ['retry_delays: [25h]', 'must be at most 86400s'],
    ['retry_delays: 5s', 'must be a list'],
    ['concurrency: 0', 'must be at least 1'],
    ['severities: {at_least: worst}', 'must be one of low, medium, high, critical'],
    ['severities: high', 'must be a block of keys'],
    ['context: "yes"', 'must be true or false'],
    ['subject: all', 'must be one of full, none'],
    ['ca: {file: webhook_secret}', 'must be a certificate in PEM form'],
    ['tenants: ["a\\nb"]', 'must be one line without control characters'],
  ])('refuses %s', (line, message) => {
    expect(problemsOf(webhook(line))).toEqual([expect.stringContaining(message)]);
  });

  describe('of mail', () => {
    const mail = (...lines: readonly string[]): string =>
      fileWith(
        '  - name: mail',
        '    type: email',
        '    host: smtp.acme.example',
        '    from: alerts@acme.example',
        '    to: [soc@acme.example]',
        ...lines.map((line) => `    ${line}`),
      );
    it.each([
      ['tls: none', 'none is for loopback in dev mode only'],
      ['port: 22', 'must be 25, 465, 587, or 1024 or above'],
      ['user: stepgate', 'user and password belong together'],
      ['password: {file: smtp_password}', 'user and password belong together'],
    ])('refuses %s', (line, message) => {
      expect(problemsOf(mail(line))).toEqual([expect.stringContaining(message)]);
    });
    it.each([
      ['alerts@acme.example', 'a@b\\r\\nBcc: c@d'],
      ['soc@acme.example', '<soc@acme.example>, x@evil.example'],
    ])('refuses in place of %s the address "%s"', (from, to) => {
      expect(problemsOf(mail().replace(from, JSON.stringify(to)))).not.toEqual([]);
    });
    it('speaks TLS where it says nothing of it', () => {
      expect(parse(mail()).sinks).toMatchObject([{ tls: 'implicit', port: 465, login: null }]);
    });
    it('may go without to loopback in dev mode', () => {
      const text = mail('tls: none', 'port: 2525', 'allow_loopback: true').replace(
        'smtp.acme.example',
        '127.0.0.1',
      );
      expect(parse(text, { mode: 'dev' })).toMatchObject({
        problems: [],
        sinks: [{ tls: 'none' }],
      });
      expect(problemsOf(text)).toHaveLength(3);
    });
  });

  describe('of security events', () => {
    const ssf = (...lines: readonly string[]): string =>
      fileWith(
        '  - name: idp',
        '    type: ssf',
        '    url: https://idp.acme.example/ssf',
        '    issuer: https://risk.acme.example',
        '    audience: https://idp.acme.example',
        ...lines.map((line) => `    ${line}`),
      );
    it.each([
      [['keys: [{file: set_key.pem}]'], 'needs subject_issuer'],
      [
        [
          'keys: [{file: set_key.pem}]',
          'subject_format: email',
          'subject_issuer: https://x.example',
        ],
        'belongs to the format iss_sub',
      ],
      [['keys: [{file: token}]', 'subject_format: email'], 'must hold a private key'],
      [
        ['keys: [{file: set_key.pem}]', 'subject_format: email', 'token: {env: T}'],
        'must be a bearer token',
      ],
      [
        ['keys: [{file: set_key.pem}]', 'subject_format: email', 'events: [logout]'],
        'must be one of',
      ],
      [['keys: [{file: set_key.pem}]', 'subject_format: email', 'subject: none'], 'unknown key'],
    ])('refuses %j', (lines, message) => {
      expect(problemsOf(ssf(...lines), { env: { T: 'two words' } })).toEqual([
        expect.stringContaining(message),
      ]);
    });
  });

  it('needs a directory for findings that it can write to', () => {
    expect(problemsOf(fileWith('  - {name: siem, type: ocsf, file: /nowhere/f.jsonl}'))).toEqual([
      '3:36 sinks[0].file: /nowhere cannot be written to by this user; make the directory, or change its owner',
    ]);
  });
});
