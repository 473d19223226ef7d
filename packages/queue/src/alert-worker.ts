import { Worker } from 'bullmq';
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
  close(force: boolean): Promise<void>;
  disconnect(): void;
}

const runWorker = (options: AlertWorkerOptions, signal: AbortSignal): RunningWorker => {
  const { concurrency = defaults.concurrency, lockDurationMs = defaults.lockDurationMs } = options;
  const delays = options.retryDelaysMs ?? standardRetryDelaysMs;
  const connection = connectForWorker(options.url);
  let begun = 0;
  let ended = 0;
  const process = createJobProcessor({ ...options, signal });
  const worker = new Worker<unknown>(
    alertQueueName,
    async (job, token) => {
      begun += 1;
      try {
        await process(job, token);
      } finally {
        ended += 1;
      }
    },
    {
      connection,
      prefix: options.prefix ?? defaultQueuePrefix,
      concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: Math.ceil(lockDurationMs / 2),
      maxStalledCount,
      drainDelay: 2,
      settings: {
        backoffStrategy: (attempts, _type, error) =>
          retryDelayMs(delays, {
            attempts,
            retryAfterMs: error instanceof RetryLaterError ? error.retryAfterMs : null,
            random: Math.random(),
          }),
      },
    },
  );
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

/** Takes alerts from the queue and hands them to `deliver`; survives the loss of Redis. */
export const createAlertWorker = (options: AlertWorkerOptions): AlertWorker => {
  const { everyMs, stuckAfterMs } = options.watch ?? defaults.watch;
  const aborting = new AbortController();
  let running: RunningWorker | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const restart = (): void => {
    const parked = running;
    void parked?.close(true).then(parked.disconnect);
    running = runWorker(options, aborting.signal);
  };
  const watch = createQueueWatch({
    ...options,
    stuckAfterMs,
    clock: Date.now,
    progress: () => running?.progress() ?? { moves: 0, busy: false },
    restart,
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
      if (running === null) return;
      const closed = running.close(false);
      if (!(await settled(closed, drainMs))) {
        aborting.abort();
        // Redis may be away: what cannot be put back is taken up when its lock expires.
        await settled(closed, abortGraceMs);
      }
      running.disconnect();
    },
    state: watch.state,
  };
};
