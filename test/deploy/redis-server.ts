import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRepository } from './repository.js';

export interface ShippedRedis {
  readonly port: number;
  stop(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

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
  cpSync(inRepository('infra/redis/redis.conf'), configuration);
  const port = await freePort();
  const redis = spawn('redis-server', [
    configuration,
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--aclfile', aclFile],
  ]);
  await untilReady(redis);
  redis.stdout.resume();
  return {
    port,
    stop: async () => {
      redis.kill('SIGTERM');
      await once(redis, 'exit');
      rmSync(directory, { recursive: true });
    },
  };
};
