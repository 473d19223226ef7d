import type { QueueCounts } from './alert-queue.js';
import type { QueueLog, QueueMetrics } from './ports.js';

const component = 'alert queue';

export interface QueueWatchOptions {
  readonly queue: {
    counts(): Promise<QueueCounts>;
    /** Delayed jobs whose time came before `before`. */
    countOverdue(before: number): Promise<number>;
  };
  readonly log: QueueLog;
  readonly metrics: Pick<QueueMetrics, 'workerRestarted'>;
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
  /** One look at the queue; called every few seconds. Never throws. Null: it cannot be reached. */
  look(): Promise<QueueCounts | null>;
  state(): QueueWatchState;
}

/** Whether jobs have waited without a move for too long; asked at every look. */
const createStillness = ({
  progress,
  stuckAfterMs,
}: QueueWatchOptions): { isStuck(due: number, now: number): boolean; forget(): void } => {
  let movesSeen = -1;
  let stillSince: number | null = null;
  return {
    isStuck: (due, now) => {
      const { moves, busy } = progress();
      const still = due > 0 && !busy && moves === movesSeen;
      stillSince = still ? (stillSince ?? now) : null;
      movesSeen = moves;
      return stillSince !== null && now - stillSince >= stuckAfterMs;
    },
    forget: () => {
      stillSince = null;
    },
  };
};

/**
 * Restarts a worker that takes no jobs although some wait: BullMQ's loop has more than once been
 * parked for ever by a lost connection (issues 4585, 4479, 2964). A restart too many does no harm.
 */
export const createQueueWatch = (options: QueueWatchOptions): QueueWatch => {
  const { queue, log, metrics, stuckAfterMs, clock } = options;
  const stillness = createStillness(options);
  let state: QueueWatchState = { ok: false, detail: 'not looked at yet' };
  let reachable = true;

  const judge = (due: number): void => {
    if (!stillness.isStuck(due, clock())) {
      state = { ok: true, detail: 'jobs move' };
      return;
    }
    log.error({ component, count: due }, 'jobs wait and none moves: restarting the worker');
    state = { ok: false, detail: 'no job moved; the worker was restarted' };
    metrics.workerRestarted();
    stillness.forget();
    options.restart();
  };

  return {
    state: () => state,
    look: async () => {
      try {
        const counts = await queue.counts();
        const overdue = await queue.countOverdue(clock() - stuckAfterMs);
        if (!reachable) log.info({ component }, 'the queue is reachable again');
        reachable = true;
        judge(counts.waiting + overdue);
        return counts;
      } catch (error) {
        if (reachable) log.warn({ component, err: error }, 'the queue is unreachable');
        reachable = false;
        stillness.forget();
        state = { ok: false, detail: 'Redis does not answer' };
        return null;
      }
    },
  };
};
