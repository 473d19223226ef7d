import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, publicKeysOf } from '@stepgate/audit';
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

describe('what the gateway trusts as the engine', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stepgate-gateway-config-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const file = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const jwks = publicKeysOf([createSigningKey('a secret of the deployment', 'decisions')]);
  const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
  const https = { ...least, STEPGATE_ENGINE_URL: 'https://engine:8080' };

  it('is what signs with a pinned key', () => {
    const keys = file('jwks.json', JSON.stringify(jwks));
    expect(parseConfig({ ...least, STEPGATE_ENGINE_JWKS_FILE: keys })).toMatchObject({
      ok: true,
      config: { engine: { verifyKeys: jwks } },
    });
    const parsed = parseConfig(least);
    expect(parsed.ok && 'verifyKeys' in parsed.config.engine).toBe(false);
  });

  it.each([
    ['no such file', '/nonexistent/jwks.json', 'cannot be read'],
    ['no JSON', file('text', 'allow'), 'holds no Ed25519 JWKS'],
    ['no key', file('empty', '{"keys":[]}'), 'holds no Ed25519 JWKS'],
    ['an RSA key', file('rsa', '{"keys":[{"kty":"RSA","kid":"a"}]}'), 'holds no Ed25519 JWKS'],
  ])('is nobody with %s, and the problem says what to do', (_name, path, wrong) => {
    const problems = problemsOf({ ...least, STEPGATE_ENGINE_JWKS_FILE: path });
    expect(problems).toEqual([expect.stringContaining(wrong)]);
    expect(problems[0]).toContain('STEPGATE_ENGINE_JWKS_FILE');
    expect(problems[0]).toContain('stepgate public-key > FILE');
  });

  it('is what the CA vouches for, and it is shown a certificate', () => {
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => file(name, pem));
    const parsed = parseConfig({
      ...https,
      STEPGATE_ENGINE_CA_FILE: ca,
      STEPGATE_ENGINE_CERT_FILE: cert,
      STEPGATE_ENGINE_KEY_FILE: key,
    });
    const tls = { ca: pem, cert: pem, key: pem };
    expect(parsed).toMatchObject({ ok: true, config: { engine: { tls } } });
  });

  it.each([
    ['a CA for an engine asked in the clear', { env: least, name: 'CA', wrong: 'https' }],
    ['a certificate without its key', { env: https, name: 'CERT', wrong: '_KEY_FILE' }],
    ['a key without its certificate', { env: https, name: 'KEY', wrong: '_CERT_FILE' }],
  ])('is not guessed from %s', (_name, { env, name, wrong }) => {
    const problems = problemsOf({ ...env, [`STEPGATE_ENGINE_${name}_FILE`]: file(name, pem) });
    expect(problems).toEqual([expect.stringContaining(wrong)]);
  });

  it.each(['CA', 'CERT', 'KEY'])('is not a %s file without PEM', (name) => {
    const problems = problemsOf({ ...https, [`STEPGATE_ENGINE_${name}_FILE`]: file('x', 'x') });
    expect(problems.join()).toContain('without PEM');
  });
});
