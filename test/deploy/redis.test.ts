import { spawnSync } from 'node:child_process';
import { createSecretFiles } from '../../scripts/deploy/secret-files.js';
import { readCompose } from './compose-model.js';
import { describeWith } from './programs.js';
import { startShippedRedis, type ShippedRedis } from './redis-server.js';

describeWith('redis-server', 'Redis with infra/redis/redis.conf and the made users', () => {
  const { redis_acl: acl, redis_url: url } = createSecretFiles('default');
  const { username, password } = new URL(url!);
  const [, redisCli, ...healthArguments] = readCompose().services['redis']!.healthcheck!.test;
  let redis: ShippedRedis;

  beforeAll(async () => {
    redis = await startShippedRedis(acl!);
  });
  afterAll(async () => {
    await redis.stop();
  });

  const cli = (...args: string[]): string => {
    const options = ['-p', String(redis.port), '--no-auth-warning', ...args];
    const { stdout, stderr } = spawnSync(redisCli!, options, { encoding: 'utf8' });
    return (stdout + stderr).trim();
  };
  const asStepgate = (...command: string[]): string =>
    cli('--user', username, '--pass', password, ...command);

  it('writes an append-only file, synced each second, and never evicts', () => {
    expect(asStepgate('INFO', 'persistence')).toMatch(/^aof_enabled:1/m);
    expect(asStepgate('INFO', 'memory')).toMatch(/^maxmemory_policy:noeviction/m);
    expect(asStepgate('INFO', 'memory')).toMatch(/^maxmemory:536870912/m);
  });

  it('lets the services use data and scripts', () => {
    expect(asStepgate('SET', 'a', '1', 'EX', '9')).toBe('OK');
    expect(asStepgate('EVAL', "return redis.call('GET', KEYS[1])", '1', 'a')).toBe('1');
    expect(asStepgate('WAIT', '0', '10')).toBe('0');
    expect(asStepgate('PUBLISH', 'channel', 'x')).toBe('0');
    expect(asStepgate('CLIENT', 'SETNAME', 'engine')).toBe('OK');
  });

  it.each([
    ['CONFIG', 'GET', '*'],
    ['FLUSHALL'],
    ['KEYS', '*'],
    ['MONITOR'],
    ['SHUTDOWN'],
    ['ACL', 'LIST'],
    ['REPLICAOF', 'NO', 'ONE'],
  ])('does not let the services use %s', (...command) => {
    expect(asStepgate(...command)).toMatch(/^NOPERM/);
  });

  it('answers nobody without a password, but for the health check, which can do nothing else', () => {
    expect(cli('GET', 'a')).toMatch(/^NOAUTH/);
    const probe = ['--user', 'probe', '--pass', 'probe'];
    expect(cli(...probe, 'PING')).toBe('PONG');
    expect(cli(...probe, 'GET', 'a')).toMatch(/^NOPERM/);
  });

  it('is healthy for the check of docker-compose.yml, and not once it is gone', () => {
    const check = (port: number) =>
      spawnSync(redisCli!, ['-p', String(port), ...healthArguments]).status;
    expect(check(redis.port)).toBe(0);
    expect(check(1)).not.toBe(0);
  });
});
