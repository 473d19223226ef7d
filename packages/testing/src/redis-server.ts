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
  /** SIGKILL, as a crash would; waits for the end. The data directory stays, for `restart`. */
  kill(): Promise<void>;
  /**
   * The same port, directory and arguments again, after `kill`; what was written to disk is there.
   *
   * @throws Error when it does not answer in time: it refuses damaged data, for one.
   */
  restart(): Promise<void>;
  /** Where its data lie. */
  readonly directory: string;
  /** Kills and waits for the end; the data directory is removed. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Further arguments, e.g. `['--maxmemory', '1mb']`. */
  readonly args?: readonly string[];
  /** With an append-only file, as shipped; else nothing is persisted. */
  readonly persistent?: boolean;
  /** Else a free one. */
  readonly port?: number;
  /** A file with settings, which goes first; sentinels need one, since they write to it. */
  readonly configuration?: string;
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

interface Running {
  readonly child: ChildProcess;
  end(): Promise<void>;
}

const launch = async (args: readonly string[], port: number): Promise<Running> => {
  const binary = process.env['STEPGATE_REDIS_SERVER'] ?? 'redis-server';
  const child = spawn(binary, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  await started(child);
  try {
    await waitForPing(child, port);
  } catch (error) {
    await end();
    throw error;
  }
  return { child, end };
};

const persistence = ['--appendonly', 'yes', '--appendfsync', 'everysec'];

/**
 * A real redis-server of one's own, on loopback, without persistence unless asked for.
 *
 * @throws Error when there is none on the PATH or it does not answer in time.
 */
export const startRedisServer = async (options: RedisServerOptions = {}): Promise<RedisServer> => {
  const port = options.port ?? (await freePort());
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-redis-'));
  const base = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const kept = options.persistent === true ? persistence : [];
  const first = options.configuration === undefined ? [] : [options.configuration];
  const args = [...first, ...base, ...kept, ...(options.args ?? [])];
  const removeDirectory = (): Promise<void> => rm(directory, { recursive: true, force: true });
  let running: Running;
  try {
    running = await launch(args, port);
  } catch (error) {
    await removeDirectory();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    directory,
    freeze: () => {
      running.child.kill('SIGSTOP');
    },
    thaw: () => {
      running.child.kill('SIGCONT');
    },
    kill: () => running.end(),
    restart: async () => {
      await running.end();
      running = await launch(args, port);
    },
    stop: async () => {
      await running.end();
      await removeDirectory();
    },
  };
};
