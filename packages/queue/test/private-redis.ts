import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A redis-server of the test's own, with AOF, that can be killed and brought back. */
export interface PrivateRedis {
  readonly url: string;
  readonly client: Redis;
  kill(): Promise<void>;
  start(): Promise<void>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  remove(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

export const startPrivateRedis = async (): Promise<PrivateRedis> => {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'stepgate-redis-'));
  let child: ChildProcess | null = null;
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
  const durable = ['--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
  const redis: PrivateRedis = {
    url: `redis://127.0.0.1:${String(port)}/0`,
    client,
    start: async () => {
      child = spawn('redis-server', [...settings, ...durable], { stdio: 'ignore' });
      await client.ping();
    },
    kill: async () => {
      if (child === null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      child = null;
    },
    signal: (name) => child?.kill(name),
    remove: async () => {
      client.disconnect();
      await redis.kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
};
