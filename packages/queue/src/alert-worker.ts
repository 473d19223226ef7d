import type { AlertQueue, QueueCounts } from './alert-queue.js';
import { createBackgroundLoop } from './background-loop.js';
import { createGoneSinks } from './gone-sinks.js';
import type { Destination, QueueLog, QueueMetrics } from './ports.js';
import type { QueueWatchState } from './queue-watch.js';
import type { QueueEndpoint } from './queue-connection.js';
import type { Settlement } from './settlement.js';
import { createSinkWorker, type SinkWorker } from './sink-worker.js';

export interface AlertWorkerOptions extends QueueEndpoint {
  readonly prefix?: string;
  /** Stays open when the worker stops. */
  readonly queue: AlertQueue;
  readonly sinks: readonly Destination[];
  readonly settlement: Pick<Settlement, 'settleIfEnded'>;
  readonly log: QueueLog;
  readonly metrics: QueueMetrics;
  readonly lockDurationMs?: number;
  /** How often the queues are looked at, and after what time without a move a worker is replaced. */
  readonly watch?: { readonly everyMs: number; readonly stuckAfterMs: number };
  readonly deliveryLimitMs?: number;
  /** After what time a sink that no worker serves counts as gone. */
  readonly goneAfterMs?: number;
}

export interface AlertWorker {
  start(): void;
  /** Lets deliveries finish for `drainMs`, then aborts them: another worker takes them up. */
  stop(drainMs: number): Promise<void>;
  /** For readiness. */
  state(): QueueWatchState;
}

const defaults = {
  lockDurationMs: 30_000,
  watch: { everyMs: 2_000, stuckAfterMs: 20_000 },
  deliveryLimitMs: 120_000,
  goneAfterMs: 600_000,
} as const;

/** @returns whether `work` ended within the limit. */
const settled = async (work: Promise<unknown>, limitMs: number): Promise<boolean> => {
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
const stopAll = async (
  workers: readonly SinkWorker[],
  aborting: AbortController,
  drainMs: number,
): Promise<void> => {
  const finished = Promise.all(workers.map((worker) => worker.finish()));
  if (!(await settled(finished, drainMs))) {
    aborting.abort();
    // Redis may be away: what cannot be put back is taken up when its lock expires.
    await settled(finished, abortGraceMs);
  }
  for (const worker of workers) worker.disconnect();
};

const zero: QueueCounts = { waiting: 0, active: 0, delayed: 0, failed: 0, completed: 0 };

const sum = (all: readonly QueueCounts[]): QueueCounts =>
  all.reduce(
    (total, one) => ({
      waiting: total.waiting + one.waiting,
      active: total.active + one.active,
      delayed: total.delayed + one.delayed,
      failed: total.failed + one.failed,
      completed: total.completed + one.completed,
    }),
    zero,
  );

/** The first that is not well speaks for all. */
const stateOf = (workers: ReadonlyMap<string, SinkWorker>): QueueWatchState => {
  for (const [name, worker] of workers) {
    const { ok, detail } = worker.state();
    if (!ok) return { ok, detail: `${name}: ${detail}` };
  }
  return { ok: true, detail: 'jobs move' };
};

/** Takes messages from the queues of all sinks and hands each to its sink. */
export const createAlertWorker = (options: AlertWorkerOptions): AlertWorker => {
  const { sinks, queue, metrics, goneAfterMs = defaults.goneAfterMs } = options;
  const { everyMs, stuckAfterMs } = options.watch ?? defaults.watch;
  const aborting = new AbortController();
  const { signal } = aborting;
  const workers = new Map<string, SinkWorker>();
  const served = sinks.map(({ name }) => name);
  const goneSinks = createGoneSinks({ queue, served, goneAfterMs, clock: Date.now });

  let stopped = false;

  const add = (sink: Destination): void => {
    if (stopped || workers.has(sink.name)) return;
    const worker = createSinkWorker({ ...defaults, ...options, sink, signal, stuckAfterMs });
    workers.set(sink.name, worker);
    worker.start();
  };
  const look = async (): Promise<void> => {
    const counts = await Promise.all([...workers.values()].map((worker) => worker.look()));
    const known = counts.filter((one) => one !== null);
    if (known.length === counts.length) metrics.queueJobs({ ...sum(known) });
  };
  const loop = createBackgroundLoop(async () => {
    await look();
    // Redis may be away; the looks above have told.
    const found = await goneSinks.look().catch(() => []);
    found.forEach(add);
    return everyMs;
  });

  return {
    start: () => {
      sinks.forEach(add);
      loop.start();
    },
    stop: async (drainMs) => {
      stopped = true;
      const looked = loop.stop();
      await stopAll([...workers.values()], aborting, drainMs);
      await looked;
    },
    state: () => stateOf(workers),
  };
};
