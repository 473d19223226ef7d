import { Redis } from 'ioredis';

const connectTimeoutMs = 2_000;
const longestPauseMs = 2_000;
const retryStrategy = (times: number): number => Math.min(times * 100, longestPauseMs);

/** Reports are made where a command fails; an unheard 'error' event would end the process. */
const quiet = (connection: Redis): Redis => connection.on('error', () => undefined);

/** For commands whose caller waits: they fail within two seconds rather than queue up. */
export const connectForCommands = (url: string): Redis =>
  quiet(
    new Redis(url, {
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      commandTimeout: 2_000,
      socketTimeout: 3_000,
      connectTimeout: connectTimeoutMs,
      retryStrategy,
    }),
  );

/**
 * For a BullMQ worker, which waits for Redis to come back and asks for endless retries. The socket
 * time-out lies above BullMQ's longest block (10 s): it ends connections whose peer vanished without
 * a word, on which the worker would wait for ever.
 */
export const connectForWorker = (url: string): Redis =>
  quiet(
    new Redis(url, {
      maxRetriesPerRequest: null,
      socketTimeout: 15_000,
      connectTimeout: connectTimeoutMs,
      retryStrategy,
    }),
  );

/** For a command line: one attempt to connect, and a command waits for it. */
export const connectForOperator = (url: string): Redis =>
  quiet(
    new Redis(url, {
      maxRetriesPerRequest: 0,
      commandTimeout: 10_000,
      connectTimeout: connectTimeoutMs,
      retryStrategy: () => null,
    }),
  );
