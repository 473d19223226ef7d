import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readEnvironment } from '../src/index.js';
import { checkRedisSettings, redisEndpointOf, redisFields } from '../src/redis-settings.js';

const schema = z.object(redisFields).superRefine(checkRedisSettings);

const read = (env: Readonly<Record<string, string>>) =>
  readEnvironment(schema, env, { secrets: ['STEPGATE_REDIS_URL'] });

const endpointOf = (env: Readonly<Record<string, string>>) => {
  const result = read(env);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return redisEndpointOf(result.config);
};

const problemsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  const result = read(env);
  return result.ok ? [] : result.problems;
};

describe('the settings of Redis', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stepgate-redis-settings-'));
  const file = join(directory, 'ca.pem');
  writeFileSync(file, 'an authority');
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('name one server, several nodes of a Cluster, or sentinels', () => {
    const [one, two] = ['redis://127.0.0.1:7001', 'redis://127.0.0.1:7002'];
    expect(endpointOf({ STEPGATE_REDIS_URL: one })).toEqual({ url: one, tls: {} });
    expect(endpointOf({ STEPGATE_REDIS_URL: `${one}, ${two}` }).url).toEqual([one, two]);
    const sentinels = { STEPGATE_REDIS_SENTINELS: '127.0.0.1:26379, [::1]:26380' };
    expect(endpointOf({ STEPGATE_REDIS_URL: one, ...sentinels }).sentinels).toEqual({
      addresses: [
        { host: '127.0.0.1', port: 26_379 },
        { host: '::1', port: 26_380 },
      ],
      primary: 'mymaster',
    });
  });

  it.each([
    'redis://redis:6379',
    'redis://10.0.0.7',
    'redis://localhost.example.com',
    'redis://127.0.0.1.example.com',
    'redis://[::ffff:10.0.0.1]',
    'redis://127.0.0.1:1,redis://10.0.0.7:1',
  ])('refuse %s: it would go in clear to another machine', (url) => {
    expect(problemsOf({ STEPGATE_REDIS_URL: url })).toEqual([
      expect.stringContaining('STEPGATE_REDIS_PLAIN=allow'),
    ]);
    expect(problemsOf({ STEPGATE_REDIS_URL: url, STEPGATE_REDIS_PLAIN: 'allow' })).toEqual([]);
  });

  it.each([
    'redis://127.0.0.1',
    'redis://127.8.9.10:7',
    'redis://localhost',
    'redis://[::1]:6379/2',
    'unix:///run/redis.sock',
    'rediss://redis.example.com',
  ])('take %s: it does not leave the machine, or not in clear', (url) => {
    expect(problemsOf({ STEPGATE_REDIS_URL: url })).toEqual([]);
  });

  it('refuse sentinels elsewhere in clear', () => {
    const elsewhere = { STEPGATE_REDIS_SENTINELS: 'sentinel.example.com:26379' };
    expect(problemsOf({ STEPGATE_REDIS_URL: 'redis://127.0.0.1', ...elsewhere })).toHaveLength(1);
    expect(problemsOf({ STEPGATE_REDIS_URL: 'rediss://127.0.0.1', ...elsewhere })).toEqual([]);
  });

  it('refuse what contradicts itself', () => {
    const tls = 'rediss://redis.example.com';
    const wrong = [
      { STEPGATE_REDIS_URL: `${tls},redis://127.0.0.1` },
      { STEPGATE_REDIS_URL: `${tls},${tls}`, STEPGATE_REDIS_SENTINELS: '127.0.0.1:1' },
      { STEPGATE_REDIS_URL: tls, STEPGATE_REDIS_CERT_FILE: file },
      { STEPGATE_REDIS_URL: tls, STEPGATE_REDIS_KEY_FILE: file },
      { STEPGATE_REDIS_URL: tls, STEPGATE_REDIS_CA_FILE: join(directory, 'missing') },
      { STEPGATE_REDIS_URL: 'redis://127.0.0.1', STEPGATE_REDIS_CA_FILE: file },
      { STEPGATE_REDIS_URL: 'http://127.0.0.1' },
      { STEPGATE_REDIS_URL: tls, STEPGATE_REDIS_SENTINELS: 'no port' },
    ];
    expect(wrong.map((env) => problemsOf(env).length)).toEqual(wrong.map(() => 1));
  });

  it('read the authority that signs the certificate', () => {
    const env = { STEPGATE_REDIS_URL: 'rediss://r.example.com', STEPGATE_REDIS_CA_FILE: file };
    expect(endpointOf(env).tls).toEqual({ ca: 'an authority' });
  });
});
