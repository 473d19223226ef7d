import {
  createAlertQueue,
  createAlertReviewer,
  createAlertWorker,
  createOutboxRelay,
  createReconciler,
  createSettlement,
  type AlertQueue,
  type Destination,
} from '@stepgate/queue';
import {
  createRedisConnection,
  createRedisState,
  type RedisConnection,
  type RedisState,
} from '@stepgate/redis';
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
import { Router } from 'express';
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

const connect = (url: string, { metrics, log }: Observed): RedisConnection =>
  createRedisConnection({
    url,
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

const stateOver = (
  config: AlertWorkerConfig,
  connection: RedisConnection,
  { metrics, log }: Observed,
): RedisState =>
  createRedisState({
    connection,
    secret: config.secret,
    onForeignEntry: () => {
      metrics.alertDelivery('none', 'malformed');
      log.error({ component: 'outbox' }, 'an entry that is no alert was taken out of the outbox');
    },
  });

interface Parts {
  readonly state: RedisState;
  readonly queue: AlertQueue;
  readonly sinks: readonly Destination[];
}

/** What runs beside the server, in the order in which it starts. */
const createLoops = (
  config: AlertWorkerConfig,
  { state, queue, sinks }: Parts,
  { metrics, log }: Observed,
) => {
  const { outbox, reviews } = state;
  const settlement = createSettlement({ outbox, queue, sinks });
  return {
    worker: createAlertWorker({
      url: config.redisUrl,
      queue,
      sinks,
      settlement,
      lockDurationMs: config.lockMs,
      log,
      metrics,
    }),
    background: [
      createOutboxRelay({ outbox, queue, sinks, intervalMs: config.relayIntervalMs, log, metrics }),
      createReconciler({ outbox, queue, settlement, log, metrics }),
      createAlertReviewer({ reviews, metrics, log }),
    ],
  };
};

/** Leaves time, within the ten seconds that a stop may take, to put unfinished alerts back. */
const drainMs = 8_000;

/** The only place where the worker's parts meet. */
export const composeAlertWorker = (config: AlertWorkerConfig, log: Log): AlertWorkerService => {
  const metrics = createMetrics({ service: 'alert-worker' });
  const observed = { metrics, log };
  const health = createHealth();
  const connection = connect(config.redisUrl, observed);
  const state = stateOver(config, connection, observed);
  const { seal } = state;
  const sinks = createSinks(config.sinks, { output: process.stdout, metrics }).map((sink) =>
    destinationOf(sink, { seal, log }),
  );
  const queue = createAlertQueue({ url: config.redisUrl, sinks });
  const { worker, background } = createLoops(config, { state, queue, sinks }, observed);
  const routes = Router()
    .use(createOperationsRouter({ health, metrics }))
    .use(createJwksRouter(config.sinks));
  const http = createHttpServer(createApp(routes, log));
  health.register('redis', () => {
    const up = connection.isUp();
    return { ok: up, detail: up ? 'answers' : 'does not answer' };
  });
  health.register('queue', () => worker.state());
  return {
    health,
    start: () => {
      for (const loop of background) loop.start();
      worker.start();
      return http.listen(config.listen);
    },
    stop: async () => {
      await Promise.all([...background.map((loop) => loop.stop()), worker.stop(drainMs)]);
      await Promise.all([queue.close(), http.drain()]);
      connection.close();
    },
  };
};
