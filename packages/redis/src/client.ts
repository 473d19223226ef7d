import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** Longest wait between two tries to connect: recovery is promised within two seconds. */
const maxRetryDelayMs = 200;
const connectTimeoutMs = 1_000;
/** The call's own timer is the one to fire first; this one settles what the client would forget. */
const graceMs = 20;

const retryDelay = (attempt: number): number => Math.min(20 * attempt, maxRetryDelayMs);

const safeOptions = (commandTimeoutMs: number) =>
  ({
    commandTimeout: commandTimeoutMs + graceMs,
    connectTimeout: connectTimeoutMs,
    maxRetriesPerRequest: 1,
    // A command whose reply was lost may have run: sending it again would count twice.
    autoResendUnfulfilledCommands: false,
    // Costs half of the throughput where one script does the work.
    enableAutoPipelining: false,
    keepAlive: 10_000,
    noDelay: true,
    disableClientInfo: true,
  }) satisfies RedisOptions;

const nodeOf = (url: string): { host: string; port: number } => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port === '' ? 6379 : Number(port) };
};

const credentialsOf = (url: string): Pick<RedisOptions, 'username' | 'password' | 'tls'> => {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
};

/** One server for one address, a Cluster for several; connects at once and again for ever. */
export const createClient = (
  url: string | readonly string[],
  commandTimeoutMs: number,
): Redis | Cluster => {
  const safe = safeOptions(commandTimeoutMs);
  if (typeof url === 'string') {
    return new Redis(url, { ...safe, enableOfflineQueue: false, retryStrategy: retryDelay });
  }
  return new Cluster(url.map(nodeOf), {
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelay,
    slotsRefreshTimeout: connectTimeoutMs,
    redisOptions: { ...safe, ...credentialsOf(url[0] ?? '') },
  });
};
