import {
  createAlertQueue,
  createAlertWorker,
  createOutboxRelay,
  type AlertQueue,
  type AlertWorker,
  type OutboxRelay,
} from '@stepgate/queue';
import {
  createAlertSeal,
  createRedisAlertOutbox,
  createRedisConnection,
  type RedisConnection,
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
import { createApp } from './app.js';
import type { AlertWorkerConfig } from './config.js';
import { createDeliverAlert } from './deliver-alert.js';
import type { AlertSink } from './sinks/alert-sink.js';
import { createStdoutSink } from './sinks/stdout-sink.js';
import { createWebhookSink } from './sinks/webhook-sink.js';

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

const createSinks = ({ webhook, stdout, context }: AlertWorkerConfig): AlertSink[] => [
  ...(webhook === null ? [] : [createWebhookSink({ ...webhook, context })]),
  ...(stdout === 'off'
    ? []
    : [
        createStdoutSink(process.stdout, {
          subject: stdout === 'full',
          context: stdout === 'full' && context,
        }),
      ]),
];

const createWorker = (
  config: AlertWorkerConfig,
  queue: AlertQueue,
  { metrics, log }: Observed,
): AlertWorker =>
  createAlertWorker({
    url: config.redisUrl,
    queue,
    deliver: createDeliverAlert({
      sinks: createSinks(config),
      seal: createAlertSeal(config.secret),
      metrics,
      log,
    }),
    ...(config.retryDelaysMs === null ? {} : { retryDelaysMs: config.retryDelaysMs }),
    concurrency: config.concurrency,
    lockDurationMs: config.lockMs,
    log,
    metrics,
  });

const createRelay = (
  config: AlertWorkerConfig,
  { connection, queue }: { readonly connection: RedisConnection; readonly queue: AlertQueue },
  { metrics, log }: Observed,
): OutboxRelay => {
  const outbox = createRedisAlertOutbox({
    connection,
    onForeignEntry: () => {
      metrics.alertDelivery('none', 'malformed');
      log.error({ component: 'outbox' }, 'an entry that is no alert was taken out of the outbox');
    },
  });
  return createOutboxRelay({ outbox, queue, intervalMs: config.relayIntervalMs, log, metrics });
};

/** Leaves time, within the ten seconds that a stop may take, to put unfinished alerts back. */
const drainMs = 8_000;

/** The only place where the worker's parts meet. */
export const composeAlertWorker = (config: AlertWorkerConfig, log: Log): AlertWorkerService => {
  const metrics = createMetrics({ service: 'alert-worker' });
  const observed = { metrics, log };
  const health = createHealth();
  const connection = connect(config.redisUrl, observed);
  const queue = createAlertQueue({
    url: config.redisUrl,
    ...(config.retryDelaysMs === null ? {} : { retryDelaysMs: config.retryDelaysMs }),
  });
  const worker = createWorker(config, queue, observed);
  const relay = createRelay(config, { connection, queue }, observed);
  const http = createHttpServer(createApp(createOperationsRouter({ health, metrics }), log));
  health.register('redis', () => {
    const up = connection.isUp();
    return { ok: up, detail: up ? 'answers' : 'does not answer' };
  });
  health.register('queue', () => worker.state());
  return {
    health,
    start: () => {
      relay.start();
      worker.start();
      return http.listen(config.listen);
    },
    stop: async () => {
      await Promise.all([relay.stop(), worker.stop(drainMs)]);
      await Promise.all([queue.close(), http.drain()]);
      connection.close();
    },
  };
};
