import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import {
  createRedisConnection,
  createRedisState,
  initialiseState,
  type RedisConnection,
  type RedisConnectionOptions,
  type RedisState,
} from '../src/index.js';

export interface Fixture {
  readonly url: string;
  readonly secret: Buffer;
  readonly connection: RedisConnection;
  readonly state: RedisState;
  /** Further engines on the same state. */
  readonly others: readonly RedisState[];
  /** A plain client, to look inside. */
  readonly raw: Redis;
  close(): Promise<void>;
}

export interface FixtureOptions extends Partial<RedisConnectionOptions> {
  readonly engines?: number;
  readonly secret?: Buffer;
  readonly onForeignEntry?: (receipt: string) => void;
}

export const testRedisUrl = (): string => {
  const url = process.env['STEPGATE_TEST_REDIS_URL'];
  if (url === undefined) throw new Error('no Redis: `make redis` installs one');
  return url;
};

/** Engines over one Redis; a secret of their own keeps tests apart. */
export const openFixture = async (options: FixtureOptions = {}): Promise<Fixture> => {
  const { engines = 1, secret = randomBytes(32), onForeignEntry, ...connectionOptions } = options;
  const url = typeof options.url === 'string' ? options.url : testRedisUrl();
  // A busy machine must not look like a slow Redis; failure tests set their own.
  const settings = { commandTimeoutMs: 10_000, ...connectionOptions, url };
  const connections = Array.from({ length: engines }, () => createRedisConnection(settings));
  for (const connection of connections) {
    if (!(await connection.waitUntilUp(5_000))) throw new Error('Redis did not come up');
  }
  const [connection] = connections;
  if (connection !== undefined) await initialiseState({ connection, secret });
  const [state, ...others] = connections.map((one) =>
    createRedisState({
      connection: one,
      secret,
      ...(onForeignEntry === undefined ? {} : { onForeignEntry }),
    }),
  );
  if (connection === undefined || state === undefined) throw new Error('no engine');
  const raw = new Redis(url);
  const close = async (): Promise<void> => {
    for (const one of connections) one.close();
    await raw.quit();
  };
  return { url, secret, connection, state, others, raw, close };
};

/** Every state in turn, for loads over several connections. */
export const engineOf = (fixture: Fixture, n: number): RedisState => {
  const engines = [fixture.state, ...fixture.others];
  return engines[n % engines.length] ?? fixture.state;
};
