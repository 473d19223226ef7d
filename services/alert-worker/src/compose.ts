import type { AlertOutbox } from '@stepgate/assessment';
import {
  createAlertQueue,
  createAlertReviewer,
  createAlertWorker,
  createOutboxRelay,
  createReconciler,
  createSettlement,
  type AlertQueue,
  type AlertWorker,
  type Destination,
} from '@stepgate/queue';
import { createRedisConnection, createRedisState, type RedisConnection } from '@stepgate/redis';
import {
  createHealth,
  createHttpServer,
  createMetrics,
  createOperationsRouter,
  type AlertWorkerMetrics,
  type Health,
  type Listening,
  type Log,
} from '@stepgate/telemetry';
import { createApp } from './app.js';
import type { AlertWorkerConfig } from './config.js';
import { createJwksRouter } from './jwks-router.js';
import { destinationOf } from './sink-destination.js';
import { createSinks } from './sinks/create-sinks.js';

export interface AlertWorkerService {
  readonly health: Health;
  readonly start: () => Promise<Listening>;
  readonly stop: () => Promise<void>;
}

interface Observed {
  readonly metrics: AlertWorkerMetrics;
  readonly log: Log;
}

const connect = (redis: AlertWorkerConfig['redis'], { metrics, log }: Observed): RedisConnection =>
  createRedisConnection({
    ...redis,
    // Nobody waits for the relay: it may give Redis more time than a decision can.
    commandTimeoutMs: 2_000,
    observer: {
      called: ({ call, durationMs }) => {
        metrics.redisCommand(call, durationMs);
      },
      stateChanged: (up) => {
        metrics.redisUp(up);
      },
      failed: (error) => {
        log.debug({ component: 'redis', err: error }, 'redis connection failed');
      },
    },
  });

const createState = (
  { secret, previousSecret }: AlertWorkerConfig,
  connection: RedisConnection,
  { metrics, log }: Observed,
) =>
  createRedisState({
    connection,
    secret,
    previousSecret,
    onForeignEntry: () => {
      metrics.alertDelivery('none', 'malformed');
      log.error({ component: 'outbox' }, 'an entry that is no alert was taken out of the outbox');
    },
  });

interface Delivery {
  readonly queue: AlertQueue;
  readonly worker: AlertWorker;
  /** What moves messages towards the worker, and looks after those that are on their way. */
  readonly loops: readonly { start(): void; stop(): Promise<void> }[];
}

/** The way of a message: outbox, relay, the queues of its sinks, worker; watched by the reconciler. */
const createDelivery = (
  { redis, lockMs, relayIntervalMs }: AlertWorkerConfig,
  { outbox, sinks }: { readonly outbox: AlertOutbox; readonly sinks: readonly Destination[] },
  observed: Observed,
): Delivery => {
  const queue = createAlertQueue({ ...redis, sinks });
  const settlement = createSettlement({ outbox, queue, sinks });
  const parts = { ...redis, outbox, queue, sinks, settlement, ...observed };
  return {
    queue,
    worker: createAlertWorker({ ...parts, lockDurationMs: lockMs }),
    loops: [createOutboxRelay({ ...parts, intervalMs: relayIntervalMs }), createReconciler(parts)],
  };
};

const createHealthOf = (connection: RedisConnection, worker: AlertWorker): Health => {
  const health = createHealth();
  health.register('redis', () => {
    const up = connection.isUp();
    return { ok: up, detail: up ? 'answers' : 'does not answer' };
  });
  health.register('queue', () => worker.state());
  return health;
};

/** Leaves time, within the ten seconds that a stop may take, to put unfinished alerts back. */
const drainMs = 8_000;

/** The only place where the worker's parts meet. */
export const composeAlertWorker = (config: AlertWorkerConfig, log: Log): AlertWorkerService => {
  const metrics = createMetrics({ service: 'alert-worker' });
  const observed = { metrics, log };
  const connection = connect(config.redis, observed);
  const { outbox, reviews, seal } = createState(config, connection, observed);
  const sinks = createSinks(config.sinks, { output: process.stdout, metrics }).map((sink) =>
    destinationOf(sink, { seal, log }),
  );
  const { queue, worker, loops } = createDelivery(config, { outbox, sinks }, observed);
  const background = [...loops, createAlertReviewer({ reviews, ...observed })];
  const health = createHealthOf(connection, worker);
  const operations = createOperationsRouter({ health, metrics });
  const app = createApp({ operations, jwks: createJwksRouter(config.sinks) }, log);
  const http = createHttpServer(app);
  return {
    health,
    start: () => {
      for (const loop of background) loop.start();
      worker.start();
      return http.listen(config.listen);
    },
    stop: async () => {
      await Promise.all([worker.stop(drainMs), ...background.map((loop) => loop.stop())]);
      await Promise.all([queue.close(), http.drain()]);
      connection.close();
    },
  };
};
