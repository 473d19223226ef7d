import { Worker, type Job, type WorkerOptions } from 'bullmq';
import { defaultQueuePrefix, parseAlertJob, queueNameOf } from './alert-job.js';
import type { AlertQueue, QueueCounts } from './alert-queue.js';
import { createFailedJobReport, createJobProcessor, RetryLaterError } from './job-processor.js';
import type { Destination, QueueLog, QueueMetrics } from './ports.js';
import { connectForWorker, type QueueEndpoint } from './queue-connection.js';
import { createQueueWatch, type QueueWatchState } from './queue-watch.js';
import { retryDelayMs, standardRetryDelaysMs } from './retry-schedule.js';
import type { Settlement } from './settlement.js';

export interface SinkWorkerOptions extends QueueEndpoint {
  readonly prefix?: string;
  readonly sink: Destination;
  /** Stays open when the worker stops. */
  readonly queue: AlertQueue;
  readonly settlement: Pick<Settlement, 'settleIfEnded'>;
  readonly log: QueueLog;
  readonly metrics: QueueMetrics;
  /** Aborted when deliveries must end. */
  readonly signal: AbortSignal;
  /** After a worker's death its jobs are taken up by others once this has passed. */
  readonly lockDurationMs: number;
  /** After what time without a move the worker is replaced. */
  readonly stuckAfterMs: number;
  /** A delivery that takes longer counts as failed. */
  readonly deliveryLimitMs: number;
}

export interface SinkWorker {
  start(): void;
  /** Takes no further job; resolves once those at hand have ended and are written down. */
  finish(): Promise<void>;
  disconnect(): void;
  /** One look at the queue, every few seconds. @returns null when it cannot be reached. */
  look(): Promise<QueueCounts | null>;
  state(): QueueWatchState;
}

/**
 * How often a job may lose its worker. BullMQ's default of 1 files the job as failed at the second
 * death, with its retries unused; an attacker who can crash workers could so suppress an alert.
 */
const maxStalledCount = 100;

const workerOptions = (options: SinkWorkerOptions): Omit<WorkerOptions, 'connection'> => {
  const { sink, lockDurationMs, prefix = defaultQueuePrefix } = options;
  const delaysMs = sink.retryDelaysMs ?? standardRetryDelaysMs;
  return {
    prefix,
    concurrency: sink.concurrency,
    lockDuration: lockDurationMs,
    stalledInterval: Math.ceil(lockDurationMs / 2),
    maxStalledCount,
    drainDelay: 2,
    settings: {
      backoffStrategy: (attempts, _type, error) =>
        retryDelayMs(delaysMs, {
          attempts,
          retryAfterMs: error instanceof RetryLaterError ? error.retryAfterMs : null,
          random: Math.random(),
        }),
    },
  };
};

interface Running {
  readonly progress: () => { readonly moves: number; readonly busy: boolean };
  /** Resolves once its jobs have ended; with `force` it does not wait for them. */
  readonly close: (force: boolean) => Promise<void>;
  readonly disconnect: () => void;
}

/** Settles the messages of ended jobs; what fails here is found by the reconciler. */
const createSettling = ({ sink, settlement }: SinkWorkerOptions) => {
  const underWay = new Set<Promise<void>>();
  return {
    ended: (job: Job): void => {
      const parsed = parseAlertJob(sink.name, job);
      if (parsed === null) return;
      const work = settlement
        .settleIfEnded(parsed.alert)
        .catch(() => undefined)
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    done: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
};

const listen = (worker: Worker, options: SinkWorkerOptions, ended: (job: Job) => void): void => {
  const reportFailed = createFailedJobReport(options);
  worker.on('completed', ended);
  worker.on('failed', (job, error) => {
    if (job === undefined) return;
    reportFailed(job, error.message);
    if (job.finishedOn !== undefined) ended(job);
  });
  // Lost connections are told once, by the watch; BullMQ would repeat them with every reconnect.
  worker.on('error', () => undefined);
};

const run = (options: SinkWorkerOptions): Running => {
  const { sink, deliveryLimitMs } = options;
  const connection = connectForWorker(options);
  const process = createJobProcessor({ ...options, limitMs: deliveryLimitMs });
  const settling = createSettling(options);
  let begun = 0;
  let ended = 0;
  const take = async (job: Job, token: string | undefined): Promise<void> => {
    begun += 1;
    try {
      await process(job, token);
    } finally {
      ended += 1;
    }
  };
  const worker = new Worker(queueNameOf(sink.name), take, {
    connection,
    ...workerOptions(options),
  });
  listen(worker, options, settling.ended);
  return {
    progress: () => ({ moves: begun + ended, busy: begun - ended >= sink.concurrency }),
    close: (force) =>
      worker
        .close(force)
        .catch(() => undefined)
        .then(settling.done),
    disconnect: () => {
      // Ended already, it would only start a timer that keeps the process alive.
      if (connection.status !== 'end') connection.disconnect();
    },
  };
};

/** Takes the jobs of one sink's queue; survives the loss of Redis. */
export const createSinkWorker = (options: SinkWorkerOptions): SinkWorker => {
  const { queue, sink } = options;
  let running: Running | null = null;
  let finishing = false;
  const watch = createQueueWatch({
    ...options,
    queue: {
      counts: () => queue.counts(sink.name),
      countOverdue: (before) => queue.countOverdue(sink.name, before),
    },
    clock: Date.now,
    progress: () => running?.progress() ?? { moves: 0, busy: false },
    restart: () => {
      if (finishing) return;
      const parked = running;
      void parked?.close(true).then(parked.disconnect);
      running = run(options);
    },
  });
  return {
    start: () => {
      running = run(options);
    },
    finish: async () => {
      finishing = true;
      await running?.close(false);
    },
    disconnect: () => {
      running?.disconnect();
    },
    look: watch.look,
    state: watch.state,
  };
};
