import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Stops the process without warning, as a stalled disk or a paused machine would. */
  freeze(): void;
  thaw(): void;
  /** Kills and waits for the end; the data directory is removed. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Further arguments, e.g. `['--appendonly', 'yes']`; without them nothing is persisted. */
  readonly args?: readonly string[];
  /** Else a free one. */
  readonly port?: number;
}

const startWithinMs = 10_000;

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });

const answersPing = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const end = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(1_000, () => {
      end(false);
    });
    socket.once('error', () => {
      end(false);
    });
    socket.once('data', (data) => {
      end(data.toString().startsWith('+PONG'));
    });
    socket.write('PING\r\n');
  });

const waitForPing = async (child: ChildProcess, port: number): Promise<void> => {
  const deadline = Date.now() + startWithinMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`redis-server ended with ${String(child.exitCode)}`);
    if (await answersPing(port)) return;
    await delay(20);
  }
  throw new Error(`redis-server did not answer within ${String(startWithinMs)} ms`);
};

const started = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(
        new Error('redis-server cannot be started; `make redis` installs it', {
          cause,
        }),
      );
    });
  });

/**
 * A real redis-server of one's own, on loopback, without persistence unless asked for.
 *
 * @throws Error when there is none on the PATH or it does not answer in time.
 */
export const startRedisServer = async (options: RedisServerOptions = {}): Promise<RedisServer> => {
  const port = options.port ?? (await freePort());
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-redis-'));
  const binary = process.env['STEPGATE_REDIS_SERVER'] ?? 'redis-server';
  const base = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const child = spawn(binary, [...base, ...(options.args ?? [])], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await started(child);
    await waitForPing(child, port);
  } catch (error) {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    freeze: () => {
      child.kill('SIGSTOP');
    },
    thaw: () => {
      child.kill('SIGCONT');
    },
    stop,
  };
};
