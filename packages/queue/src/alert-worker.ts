import { Worker, type Job, type WorkerOptions } from 'bullmq';
import { alertQueueName, defaultQueuePrefix } from './alert-job.js';
import type { AlertQueue } from './alert-queue.js';
import { createJobProcessor, RetryLaterError, type DeliverAlert } from './job-processor.js';
import type { QueueLog, QueueMetrics } from './ports.js';
import { connectForWorker } from './queue-connection.js';
import { createQueueWatch, type QueueWatchState } from './queue-watch.js';
import { retryDelayMs, standardRetryDelaysMs } from './retry-schedule.js';

export interface AlertWorkerOptions {
  readonly url: string;
  readonly prefix?: string;
  /** For the watch over the queue; stays open when the worker stops. */
  readonly queue: Pick<AlertQueue, 'counts' | 'countOverdue'>;
  readonly deliver: DeliverAlert;
  readonly log: QueueLog;
  readonly metrics: QueueMetrics;
  readonly retryDelaysMs?: readonly number[];
  readonly concurrency?: number;
  /** After a worker's death its jobs are taken up by others once this has passed. */
  readonly lockDurationMs?: number;
  /** How often the queue is looked at, and after what time without a move a worker is restarted. */
  readonly watch?: { readonly everyMs: number; readonly stuckAfterMs: number };
}

export interface AlertWorker {
  start(): void;
  /** Lets deliveries finish for `drainMs`, then aborts them: another worker takes them up. */
  stop(drainMs: number): Promise<void>;
  /** For readiness. */
  state(): QueueWatchState;
}

/**
 * How often a job may lose its worker. BullMQ's default of 1 files the job as failed at the second
 * death, with its retries unused; an attacker who can crash workers could so suppress an alert.
 */
const maxStalledCount = 100;
const defaults = {
  concurrency: 8,
  lockDurationMs: 30_000,
  watch: { everyMs: 2_000, stuckAfterMs: 20_000 },
} as const;

interface RunningWorker {
  readonly progress: () => { readonly moves: number; readonly busy: boolean };
  /** Resolves once its jobs have ended; with `force` it does not wait for them. */
  readonly close: (force: boolean) => Promise<void>;
  readonly disconnect: () => void;
}

const workerOptions = (options: AlertWorkerOptions): Omit<WorkerOptions, 'connection'> => {
  const { lockDurationMs = defaults.lockDurationMs } = options;
  const delaysMs = options.retryDelaysMs ?? standardRetryDelaysMs;
  return {
    prefix: options.prefix ?? defaultQueuePrefix,
    concurrency: options.concurrency ?? defaults.concurrency,
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

const runWorker = (options: AlertWorkerOptions, signal: AbortSignal): RunningWorker => {
  const { concurrency = defaults.concurrency } = options;
  const connection = connectForWorker(options.url);
  const process = createJobProcessor({ ...options, signal });
  let begun = 0;
  let ended = 0;
  const take = async (job: Job<unknown>, token: string | undefined): Promise<void> => {
    begun += 1;
    try {
      await process(job, token);
    } finally {
      ended += 1;
    }
  };
  const worker = new Worker<unknown>(alertQueueName, take, {
    connection,
    ...workerOptions(options),
  });
  // Lost connections are told once, by the watch; BullMQ would repeat them with every reconnect.
  worker.on('error', () => undefined);
  return {
    progress: () => ({ moves: begun + ended, busy: begun - ended >= concurrency }),
    close: (force) => worker.close(force).catch(() => undefined),
    disconnect: () => {
      connection.disconnect();
    },
  };
};

const settled = async (work: Promise<void>, limitMs: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, limitMs);
  });
  const done = await Promise.race([work.then(() => true as const), late]);
  clearTimeout(timer);
  return done;
};

/** Time that an aborted delivery gets to put its job back. */
const abortGraceMs = 500;

/** Waits for the jobs at hand; after `drainMs` aborts them, so that they are put back. */
const stopWorker = async (
  running: RunningWorker,
  aborting: AbortController,
  drainMs: number,
): Promise<void> => {
  const closed = running.close(false);
  if (!(await settled(closed, drainMs))) {
    aborting.abort();
    // Redis may be away: what cannot be put back is taken up when its lock expires.
    await settled(closed, abortGraceMs);
  }
  running.disconnect();
};

/** Takes alerts from the queue and hands them to `deliver`; survives the loss of Redis. */
export const createAlertWorker = (options: AlertWorkerOptions): AlertWorker => {
  const { everyMs, stuckAfterMs } = options.watch ?? defaults.watch;
  const aborting = new AbortController();
  let running: RunningWorker | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const watch = createQueueWatch({
    ...options,
    stuckAfterMs,
    clock: Date.now,
    progress: () => running?.progress() ?? { moves: 0, busy: false },
    restart: () => {
      const parked = running;
      void parked?.close(true).then(parked.disconnect);
      running = runWorker(options, aborting.signal);
    },
  });
  const lookAgain = async (): Promise<void> => {
    await watch.look();
    if (!stopped) timer = setTimeout(() => void lookAgain(), everyMs);
  };

  return {
    start: () => {
      running = runWorker(options, aborting.signal);
      void lookAgain();
    },
    stop: async (drainMs) => {
      stopped = true;
      clearTimeout(timer);
      if (running !== null) await stopWorker(running, aborting, drainMs);
    },
    state: () => watch.state(),
  };
};
