import type { AlertReviews } from '@stepgate/assessment';
import { createBackgroundLoop, type BackgroundLoop } from './background-loop.js';
import type { QueueLog } from './ports.js';

export interface AlertReviewerOptions {
  readonly reviews: AlertReviews;
  readonly metrics: {
    /** Alerts that are open: of subjects and of campaigns. */
    openAlerts(count: number): void;
    /** A subject climbed to this rung because prompts ran out. */
    rungReached(at: number): void;
  };
  readonly log: QueueLog;
  readonly intervalMs?: number;
}

const component = 'alert reviewer';
const defaultIntervalMs = 1_000;
const longestBackoffMs = 5_000;

/**
 * Lets time speak: once a second it looks for prompts that ran out without an answer and for alerts
 * that have been quiet. It slows down while Redis is away, and any number of workers may do it at once.
 */
export const createAlertReviewer = (options: AlertReviewerOptions): BackgroundLoop => {
  const { reviews, metrics, log, intervalMs = defaultIntervalMs } = options;
  let failedPasses = 0;
  return createBackgroundLoop(async () => {
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
  });
};
