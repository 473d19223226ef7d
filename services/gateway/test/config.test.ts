import { parseConfig } from '../src/config.js';

const least = { STEPGATE_ENGINE_URL: 'http://engine:8080', STEPGATE_API_KEY: 'secret-key' };

const problemsOf = (env: Record<string, string>): readonly string[] => {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.problems;
};

describe('parseConfig', () => {
  it('needs an engine and a key, and answers forward-auth only without an upstream', () => {
    const parsed = parseConfig({ ...least, PATH: '/bin' });
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        mode: 'production',
        listen: { host: '127.0.0.1', port: 8081 },
        failMode: 'step_up',
        trustedProxies: [],
        guard: null,
      },
    });
  });

  it('tells all problems at once, without values', () => {
    const problems = problemsOf({
      STEPGATE_API_KEY: 'secret-key',
      STEPGATE_PROT: '8081',
      STEPGATE_FAIL_MODE: 'open',
      STEPGATE_UPSTREAM_URL: 'http://upstream:9000',
      STEPGATE_TRUSTED_PROXIES: '10.0.0.0/8, everybody',
    });
    expect(problems.join('\n')).toContain('STEPGATE_PROT');
    for (const name of ['ENGINE_URL', 'FAIL_MODE', 'SESSION_KEYS', 'TRUSTED_PROXIES']) {
      expect(problems.filter((problem) => problem.includes(`STEPGATE_${name}`))).toHaveLength(1);
    }
    expect(problems.join('\n')).not.toContain('secret-key');
  });

  it.each(['0.0.0.0/0', '::/0', 'true', '*', '10.0.0.0/33', 'loopback'])(
    'refuses to trust %s',
    (proxies) => {
      expect(problemsOf({ ...least, STEPGATE_TRUSTED_PROXIES: proxies })).toHaveLength(1);
    },
  );

  it.each(['short', '', 'x'.repeat(31)])('refuses the session key %j', (key) => {
    const env = { ...least, STEPGATE_UPSTREAM_URL: 'http://up:1', STEPGATE_SESSION_KEYS: key };
    expect(problemsOf(env).length).toBeGreaterThan(0);
  });

  it.each(['/Login', 'login', '/login/', '/login?x=1', '/'])(
    'refuses the login path %s',
    (path) => {
      expect(problemsOf({ ...least, STEPGATE_LOGIN_PATH: path })).toHaveLength(1);
    },
  );

  it('takes an upstream with rotated keys', () => {
    const keys = `${'n'.repeat(32)}, ${'o'.repeat(32)}`;
    const env = { STEPGATE_UPSTREAM_URL: 'https://up:9000/', STEPGATE_SESSION_KEYS: keys };
    expect(parseConfig({ ...least, ...env })).toMatchObject({
      ok: true,
      config: {
        guard: {
          upstreamUrl: 'https://up:9000',
          loginPath: '/login',
          sessionKeys: ['n'.repeat(32), 'o'.repeat(32)],
          verifierUrl: null,
        },
      },
    });
  });
});
