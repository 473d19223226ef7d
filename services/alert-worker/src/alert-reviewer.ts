import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertReviews } from '@stepgate/assessment';
import type { AlertWorkerMetrics, Log } from '@stepgate/telemetry';

export interface AlertReviewerDeps {
  readonly reviews: AlertReviews;
  readonly metrics: Pick<AlertWorkerMetrics, 'openAlerts' | 'rungReached'>;
  readonly log: Log;
  readonly intervalMs?: number;
}

export interface AlertReviewer {
  start(): void;
  /** Resolves once the pass at hand is done. */
  stop(): Promise<void>;
}

const component = 'alert reviewer';
const defaultIntervalMs = 1_000;
const longestBackoffMs = 5_000;

/**
 * Lets time speak: once a second it looks for prompts that ran out without an answer and for alerts
 * that have been quiet. It slows down while Redis is away, and any number of workers may do it at once.
 */
export const createAlertReviewer = (deps: AlertReviewerDeps): AlertReviewer => {
  const { reviews, metrics, log, intervalMs = defaultIntervalMs } = deps;
  const stopping = new AbortController();
  let failedPasses = 0;
  let loop: Promise<void> = Promise.resolve();

  /** @returns the pause until the next pass. */
  const pass = async (): Promise<number> => {
    try {
      const { reviewed, rungs } = await reviews.reviewDue();
      for (const rung of rungs) metrics.rungReached(rung);
      metrics.openAlerts(await reviews.countOpenAlerts());
      if (failedPasses > 0) log.info({ component }, 'alerts are reviewed again');
      failedPasses = 0;
      return reviewed > 0 ? 0 : intervalMs;
    } catch (error) {
      if (failedPasses === 0) log.warn({ component, err: error }, 'alerts cannot be reviewed');
      failedPasses = Math.min(failedPasses + 1, 16);
      return Math.min(intervalMs * 2 ** failedPasses, longestBackoffMs) * (0.5 + Math.random() / 2);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(await pass(), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    start: () => {
      loop = run();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
