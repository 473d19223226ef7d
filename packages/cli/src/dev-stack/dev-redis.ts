import { access, constants, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answersPing } from './answers-ping.js';
import { freePort } from './free-port.js';
import { startProcess } from './own-process.js';
import { waitUntil } from './wait-until.js';

export interface DevRedis {
  readonly url: string;
  /** For the announcement: what it is and where it came from. */
  readonly description: string;
  readonly embedded: boolean;
  /** How else it is reached, where it is not our own: sentinels, certificates. */
  readonly settings?: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const serverNames = ['redis-server', 'valkey-server'];

/** The first redis-server or valkey-server on the PATH. */
export const findRedisServer = async (path = process.env['PATH'] ?? ''): Promise<string | null> => {
  for (const directory of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const name of serverNames) {
      const file = join(directory, name);
      const runs = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (runs) return file;
    }
  }
  return null;
};

interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly description: string;
  readonly embedded: boolean;
}

const serverLaunch = (file: string, directory: string, port: number): Launch => ({
  command: file,
  args: [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
    ...['--maxmemory-policy', 'noeviction'],
  ],
  description: `${file}, a process of its own, append-only file on`,
  embedded: false,
});

const embeddedLaunch = (port: number): Launch => ({
  command: process.execPath,
  args: [fileURLToPath(new URL('../embedded-redis.js', import.meta.url)), String(port)],
  description: 'EMBEDDED js-redis-server: in memory and slow, never for production',
  embedded: true,
});

/**
 * A Redis of our own: a server on the PATH, else the embedded one.
 *
 * @param directory for the files of a server.
 */
export const startOwnRedis = async (directory: string): Promise<DevRedis> => {
  const port = await freePort();
  await mkdir(directory, { recursive: true });
  const file = await findRedisServer();
  const launch = file === null ? embeddedLaunch(port) : serverLaunch(file, directory, port);
  const server = startProcess({ name: 'redis', ...launch });
  await waitUntil(() => answersPing(port), {
    timeoutMs: 15_000,
    what: () => `${launch.command} did not come up:\n${server.lastOutput()}`,
  });
  const { description, embedded } = launch;
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    description,
    embedded,
    stop: server.stop,
  };
};

const givenSettings = async (): Promise<Readonly<Record<string, string>>> => {
  // Only here: every other command would wait for it to load.
  const { redisFields } = await import('@stepgate/telemetry');
  return Object.fromEntries(
    Object.keys(redisFields).flatMap((name) => {
      const value = process.env[name] ?? '';
      return name === 'STEPGATE_REDIS_URL' || value === '' ? [] : [[name, value]];
    }),
  );
};

/**
 * STEPGATE_REDIS_URL, else one of our own.
 *
 * @param directory for the files of a server of our own.
 */
export const startDevRedis = async (directory: string): Promise<DevRedis> => {
  const given = process.env['STEPGATE_REDIS_URL'] ?? '';
  if (given === '') return startOwnRedis(directory);
  const stop = (): Promise<void> => Promise.resolve();
  const description = 'from STEPGATE_REDIS_URL';
  return { url: given, description, embedded: false, settings: await givenSettings(), stop };
};
