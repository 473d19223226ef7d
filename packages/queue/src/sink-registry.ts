import type { Cluster, Redis } from 'ioredis';

/**
 * Which sinks there have been, and when a worker last served each: the one way to learn of jobs whose
 * sink has been taken out of the configuration.
 */
export interface SinkRegistry {
  note(sinks: readonly string[], now: number): Promise<void>;
  all(): Promise<readonly string[]>;
  unservedSince(before: number): Promise<readonly string[]>;
  forget(sink: string): Promise<void>;
}

export const createSinkRegistry = (connection: Redis | Cluster, prefix: string): SinkRegistry => {
  const key = `${prefix}:alert-sinks`;
  return {
    note: async (sinks, now) => {
      if (sinks.length === 0) return;
      await connection.zadd(key, ...sinks.flatMap((sink) => [now, sink]));
    },
    all: () => connection.zrangebyscore(key, '-inf', '+inf'),
    unservedSince: (before) => connection.zrangebyscore(key, '-inf', `(${String(before)}`),
    forget: async (sink) => {
      await connection.zrem(key, sink);
    },
  };
};
