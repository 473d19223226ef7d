import { freePort } from '@stepgate/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText } from './repository.js';

export interface ShippedRedis {
  readonly port: number;
  stop(): Promise<void>;
}

const untilReady = async (redis: ChildProcess): Promise<void> => {
  let output = '';
  for await (const chunk of redis.stdout!) {
    output += String(chunk);
    if (output.includes('Ready to accept connections')) return;
  }
  throw new Error(`redis-server did not start:\n${output}`);
};

/** Redis with the shipped configuration; only paths and port are those of the test. */
export const startShippedRedis = async (acl: string): Promise<ShippedRedis> => {
  const directory = mkdtempSync(join(tmpdir(), 'stepgate-redis-'));
  const aclFile = join(directory, 'redis_acl');
  const configuration = join(directory, 'redis.conf');
  writeFileSync(aclFile, acl);
  const port = await freePort();
  const shipped = readText('infra/redis/redis.conf');
  const adapted = shipped
    .replace(/^dir .*$/m, `dir ${directory}`)
    .replace(/^aclfile .*$/m, `aclfile ${aclFile}`)
    .replace(/^port .*$/m, `port ${String(port)}`)
    .replace(/^bind .*$/m, 'bind 127.0.0.1');
  writeFileSync(configuration, adapted);
  const redis = spawn('redis-server', [configuration]);
  await untilReady(redis);
  return {
    port,
    stop: async () => {
      redis.kill('SIGTERM');
      await once(redis, 'exit');
      rmSync(directory, { recursive: true });
    },
  };
};
