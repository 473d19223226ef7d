import { parseConfig } from '../src/config.js';
import { webhookSecret } from './receiver.js';

const needed = {
  STEPGATE_REDIS_URL: 'redis://127.0.0.1:6379',
  STEPGATE_SECRET: 'x'.repeat(32),
  STEPGATE_WEBHOOK_URL: 'https://alerts.example/hook',
  STEPGATE_WEBHOOK_SECRET: webhookSecret,
};
const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.problems;
};

describe('configuration of the alert worker', () => {
  it('needs Redis, the secret and a webhook, and has a default for the rest', () => {
    const parsed = parseConfig(needed);
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        mode: 'production',
        listen: { host: '127.0.0.1', port: 8082 },
        stdout: 'thin',
        context: false,
        retryDelaysMs: null,
      },
    });
  });

  it('tells all problems at once in words for an operator', () => {
    expect(
      problemsOf({
        STEPGATE_PORT: 'eighty',
        STEPGATE_REDIS_URL: 'http://redis',
        STEPGATE_WEBHOOK_URL: 'https://alerts.example/hook',
        STEPGATE_WEBHOOK_SECRET: 'whsec_short',
        STEPGATE_WEBHOOK_RETRIES: '5',
      }),
    ).toEqual([
      'STEPGATE_WEBHOOK_RETRIES is not a setting of this service.',
      'STEPGATE_PORT: must be a whole number from 0 to 65535.',
      'STEPGATE_REDIS_URL: must be a redis:// or rediss:// address.',
      'STEPGATE_SECRET is required.',
      'STEPGATE_WEBHOOK_SECRET: must be one secret of the form whsec_<base64 of 24 to 64 bytes>, or two with a space between.',
    ]);
  });

  it.each([
    ['plain HTTP', 'http://alerts.example/hook', 'production'],
    ['plain HTTP to loopback in production', 'http://127.0.0.1:9/hook', 'production'],
    ['plain HTTP to others in dev mode', 'http://alerts.example/hook', 'dev'],
    ['a host that only begins like loopback', 'http://127.0.0.1.example/hook', 'dev'],
    ['another scheme', 'ftp://127.0.0.1/hook', 'dev'],
  ])('refuses %s', (_, url, mode) => {
    expect(problemsOf({ ...needed, STEPGATE_WEBHOOK_URL: url, STEPGATE_MODE: mode })).toEqual([
      'STEPGATE_WEBHOOK_URL: must begin with https:// (http:// only to loopback in dev mode).',
    ]);
  });

  it('refuses credentials in the address', () => {
    const env = { ...needed, STEPGATE_WEBHOOK_URL: 'https://user:pw@alerts.example/' };
    expect(problemsOf(env)).toEqual(['STEPGATE_WEBHOOK_URL: must not hold a user or password.']);
  });

  it.each(['http://127.0.0.1:8090/hook', 'http://[::1]:8090/', 'http://localhost:8090/'])(
    'takes %s in dev mode',
    (url) => {
      expect(problemsOf({ ...needed, STEPGATE_WEBHOOK_URL: url, STEPGATE_MODE: 'dev' })).toEqual(
        [],
      );
    },
  );

  it('takes two secrets, and no more', () => {
    const two = parseConfig({
      ...needed,
      STEPGATE_WEBHOOK_SECRET: `${webhookSecret} ${webhookSecret}`,
    });
    expect(two.ok && two.config.webhook?.keys).toHaveLength(2);
    const three = Array.from({ length: 3 }, () => webhookSecret).join(' ');
    expect(problemsOf({ ...needed, STEPGATE_WEBHOOK_SECRET: three })).toHaveLength(1);
  });

  it('reads a retry schedule', () => {
    const parsed = parseConfig({ ...needed, STEPGATE_WEBHOOK_RETRY_SECONDS: '1,60' });
    expect(parsed.ok && parsed.config.retryDelaysMs).toEqual([1_000, 60_000]);
  });

  it('asks for webhook address and secret together', () => {
    const { STEPGATE_WEBHOOK_SECRET: _secret, ...noSecret } = needed;
    expect(problemsOf(noSecret)).toEqual(['STEPGATE_WEBHOOK_SECRET is required.']);
  });

  it('refuses a worker whose alerts would name nobody', () => {
    const { STEPGATE_WEBHOOK_SECRET: _secret, STEPGATE_WEBHOOK_URL: _url, ...none } = needed;
    expect(problemsOf(none)).toEqual([
      'No alert would say who is under attack: set STEPGATE_WEBHOOK_URL or STEPGATE_ALERT_STDOUT=full.',
    ]);
    expect(problemsOf({ ...none, STEPGATE_ALERT_STDOUT: 'full' })).toEqual([]);
  });
});
