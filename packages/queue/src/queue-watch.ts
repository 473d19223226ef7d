import type { AlertQueue } from './alert-queue.js';
import type { QueueLog, QueueMetrics } from './ports.js';

export interface QueueWatchOptions {
  readonly queue: Pick<AlertQueue, 'counts' | 'countOverdue'>;
  readonly log: QueueLog;
  readonly metrics: QueueMetrics;
  readonly stuckAfterMs: number;
  readonly clock: () => number;
  /** Jobs that this worker began or ended so far, and whether all its hands are full. */
  readonly progress: () => { readonly moves: number; readonly busy: boolean };
  readonly restart: () => void;
}

export interface QueueWatchState {
  readonly ok: boolean;
  readonly detail: string;
}

export interface QueueWatch {
  /** One look at the queue; called every few seconds. Never throws. */
  look(): Promise<void>;
  state(): QueueWatchState;
}

/**
 * Restarts a worker that takes no jobs although some wait: BullMQ's loop has more than once been
 * parked for ever by a lost connection (issues 4585, 4479, 2964). A restart too many does no harm.
 */
export const createQueueWatch = (options: QueueWatchOptions): QueueWatch => {
  const { queue, log, metrics, stuckAfterMs, clock, progress, restart } = options;
  let state: QueueWatchState = { ok: false, detail: 'not looked at yet' };
  let movesSeen = -1;
  let stillSince: number | null = null;
  let reachable = true;

  const judge = (due: number): void => {
    const { moves, busy } = progress();
    const now = clock();
    if (due === 0 || busy || moves !== movesSeen) stillSince = null;
    else stillSince ??= now;
    movesSeen = moves;
    if (stillSince === null) {
      state = { ok: true, detail: 'moving' };
    } else if (now - stillSince >= stuckAfterMs) {
      log.error({ component: 'alert queue', count: due }, 'jobs wait and none moves: restarting');
      metrics.workerRestarted();
      state = { ok: false, detail: 'no job moved; the worker was restarted' };
      stillSince = null;
      restart();
    }
  };

  return {
    state: () => state,
    look: async () => {
      try {
        const counts = await queue.counts();
        const overdue = await queue.countOverdue(clock() - stuckAfterMs);
        metrics.queueJobs({ ...counts });
        if (!reachable) log.info({ component: 'alert queue' }, 'the queue is reachable again');
        reachable = true;
        judge(counts.waiting + overdue);
      } catch (error) {
        if (reachable)
          log.warn({ component: 'alert queue', err: error }, 'the queue is unreachable');
        reachable = false;
        stillSince = null;
        state = { ok: false, detail: 'Redis does not answer' };
      }
    },
  };
};
