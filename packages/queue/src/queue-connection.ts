import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** Where Redis is: a server, the nodes of a Cluster, or what sentinels name as the primary. */
export interface QueueEndpoint {
  /** `redis://`, `rediss://` or `unix:///path`; several are nodes of a Cluster. */
  readonly url: string | readonly string[];
  readonly sentinels?: {
    readonly addresses: readonly { readonly host: string; readonly port: number }[];
    readonly primary: string;
  };
  /** PEM, for `rediss://`; the server's certificate is always verified. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

type Options = Omit<RedisOptions, 'replyMapping'>;

const connectTimeoutMs = 2_000;
const longestPauseMs = 2_000;
const retryStrategy = (times: number): number => Math.min(times * 100, longestPauseMs);

/** Reports are made where a command fails; an unheard 'error' event would end the process. */
const quiet = <T extends Redis | Cluster>(connection: T): T => {
  connection.on('error', () => undefined);
  return connection;
};

const accessOf = (url: string, { tls }: QueueEndpoint): Options => {
  const { protocol, username, password, pathname } = new URL(url);
  const db = protocol === 'unix:' ? 0 : Number(pathname.slice(1));
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(db > 0 ? { db } : {}),
    ...(protocol === 'rediss:' ? { tls: { ...tls, rejectUnauthorized: true } } : {}),
  };
};

const nodeOf = (url: string): { host: string; port: number } => {
  const { hostname, port } = new URL(url);
  // URLs put IPv6 addresses in brackets; sockets do not.
  const host = hostname.replace(/^\[(.*)\]$/u, '$1');
  return { host, port: port === '' ? 6379 : Number(port) };
};

const addressOf = (url: string): Options => {
  const { protocol, pathname } = new URL(url);
  return protocol === 'unix:' ? { path: decodeURIComponent(pathname) } : nodeOf(url);
};

const primaryOf = ({ sentinels, url }: QueueEndpoint, { tls }: Options): Options => {
  if (sentinels === undefined) return addressOf(String(url));
  return {
    sentinels: sentinels.addresses.map((address) => ({ ...address })),
    name: sentinels.primary,
    sentinelRetryStrategy: retryStrategy,
    sentinelCommandTimeout: connectTimeoutMs,
    // A primary that was demoted refuses writes: find out who the primary is now.
    reconnectOnError: (error) => error.message.includes('READONLY'),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
};

const connect = (endpoint: QueueEndpoint, options: Options): Redis | Cluster => {
  const { url } = endpoint;
  if (typeof url === 'string') {
    const access = accessOf(url, endpoint);
    return quiet(new Redis({ ...options, ...access, ...primaryOf(endpoint, access) }));
  }
  const { retryStrategy: clusterRetryStrategy, enableOfflineQueue = true, ...perNode } = options;
  return quiet(
    new Cluster(url.map(nodeOf), {
      enableOfflineQueue,
      slotsRefreshTimeout: connectTimeoutMs,
      clusterRetryStrategy: clusterRetryStrategy ?? retryStrategy,
      // Certificates name hosts: addresses that were looked up would not match them.
      dnsLookup: (host, callback) => {
        callback(null, host);
      },
      redisOptions: { ...perNode, ...accessOf(url[0] ?? '', endpoint) },
    }),
  );
};

/** For commands whose caller waits: they fail within two seconds rather than queue up. */
export const connectForCommands = (endpoint: QueueEndpoint): Redis | Cluster =>
  connect(endpoint, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: 2_000,
    socketTimeout: 3_000,
    connectTimeout: connectTimeoutMs,
    retryStrategy,
  });

/**
 * For a BullMQ worker, which waits for Redis to come back and asks for endless retries. The socket
 * time-out lies above BullMQ's longest block (10 s): it ends connections whose peer vanished without
 * a word, on which the worker would wait for ever.
 */
export const connectForWorker = (endpoint: QueueEndpoint): Redis | Cluster =>
  connect(endpoint, {
    maxRetriesPerRequest: null,
    socketTimeout: 15_000,
    connectTimeout: connectTimeoutMs,
    retryStrategy,
  });

/** For a command line: one attempt to connect, and a command waits for it. */
export const connectForOperator = (endpoint: QueueEndpoint): Redis | Cluster =>
  connect(endpoint, {
    maxRetriesPerRequest: 0,
    commandTimeout: 10_000,
    connectTimeout: connectTimeoutMs,
    retryStrategy: () => null,
    ...(endpoint.sentinels === undefined ? {} : { sentinelRetryStrategy: () => null }),
  });
