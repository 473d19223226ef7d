import { Cluster, Redis, type RedisOptions } from 'ioredis';
import {
  accessOf,
  addressOf,
  nodeOf,
  type RedisEndpoint,
  type SentinelSettings,
} from './endpoint.js';

/** Longest wait between two tries to connect: recovery is promised within two seconds. */
const maxRetryDelayMs = 200;
const connectTimeoutMs = 1_000;
/** The call's own timer is the one to fire first; this one settles what the client would forget. */
const graceMs = 20;
/** The client writes a line for each try to reach a sentinel that is down: few, then. */
const sentinelPauseMs = 10_000;

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
    // A primary that was demoted goes on answering reads: find out who the primary is now. The
    // command itself stays refused. Older servers wrap the words into an error of the script.
    reconnectOnError: (error) => error.message.includes('READONLY'),
  }) satisfies RedisOptions;

const sentinelOptions = ({ addresses, primary }: SentinelSettings, tls: boolean) =>
  ({
    sentinels: addresses.map((address) => ({ ...address })),
    name: primary,
    role: 'master',
    enableTLSForSentinelMode: tls,
    // Without it, who is cut off from the others together with the old primary would stay with it.
    failoverDetector: true,
    sentinelCommandTimeout: connectTimeoutMs,
    sentinelRetryStrategy: retryDelay,
    sentinelReconnectStrategy: () => sentinelPauseMs,
  }) satisfies RedisOptions;

const createClusterClient = (
  urls: readonly string[],
  { tls }: RedisEndpoint,
  safe: ReturnType<typeof safeOptions>,
): Cluster =>
  new Cluster(urls.map(nodeOf), {
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelay,
    slotsRefreshTimeout: connectTimeoutMs,
    // What was sent when a connection broke may have run: it is not sent to another node.
    retryDelayOnFailover: 0,
    // Certificates name hosts: addresses that were looked up would not match them.
    dnsLookup: (host, callback) => {
      callback(null, host);
    },
    // Options of the Cluster do not reach its nodes: those that keep calls in time go in here.
    redisOptions: { ...safe, ...accessOf(urls[0] ?? '', tls) },
  });

const connect = (endpoint: RedisEndpoint, commandTimeoutMs: number): Redis | Cluster => {
  const { url, sentinels, tls } = endpoint;
  const safe = safeOptions(commandTimeoutMs);
  if (typeof url !== 'string') return createClusterClient(url, endpoint, safe);
  const access = accessOf(url, tls);
  const encrypted = access.tls === undefined ? {} : { sentinelTLS: access.tls };
  const place =
    sentinels === undefined
      ? addressOf(url)
      : { ...sentinelOptions(sentinels, access.tls !== undefined), ...encrypted };
  return new Redis({
    ...safe,
    ...access,
    ...place,
    enableOfflineQueue: false,
    retryStrategy: retryDelay,
  });
};

export interface Client {
  readonly client: Redis | Cluster;
  /** For good. */
  close(): void;
}

/**
 * For one server, a Cluster, or what sentinels name; connects at once and again for ever. The library
 * alone does not: told to leave its connection while it asks the sentinels for the next one, by a
 * failover that is announced just then or by us, it ends and never tries again.
 */
export const createClient = (endpoint: RedisEndpoint, commandTimeoutMs: number): Client => {
  const client = connect(endpoint, commandTimeoutMs);
  let revival: NodeJS.Timeout | undefined;
  let closed = false;
  client.on('end', () => {
    if (closed) return;
    revival = setTimeout(() => {
      // That it failed is told by the 'error' event as well, and another 'end' follows.
      client.connect().catch(() => undefined);
    }, retryDelay(1));
    revival.unref();
  });
  return {
    client,
    close: () => {
      closed = true;
      clearTimeout(revival);
      client.disconnect();
    },
  };
};
