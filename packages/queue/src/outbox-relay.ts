import type { AlertOutbox, OutboxEntry } from '@stepgate/assessment';
import type { AlertQueue } from './alert-queue.js';
import type { QueueLog } from './ports.js';

export interface OutboxRelayOptions {
  readonly outbox: AlertOutbox;
  readonly queue: Pick<AlertQueue, 'enqueue'>;
  /** Pause after a pass that found the outbox empty. */
  readonly intervalMs?: number;
  readonly log: QueueLog;
  readonly metrics: { outboxLag(seconds: number): void };
  readonly clock?: () => number;
}

export interface OutboxRelay {
  start(): void;
  /** Resolves once the pass at hand is done. */
  stop(): Promise<void>;
  /** One pass: what lies in the outbox is moved to the queue. @returns how many were moved. */
  drainOnce(): Promise<number>;
}

const batchSize = 100;
const defaultIntervalMs = 200;
const longestBackoffMs = 5_000;

interface Relayed {
  readonly moved: readonly OutboxEntry[];
  readonly failures: readonly unknown[];
}

const enqueueAll = async (
  queue: OutboxRelayOptions['queue'],
  entries: readonly OutboxEntry[],
): Promise<Relayed> => {
  const results = await Promise.allSettled(entries.map(({ alert }) => queue.enqueue(alert)));
  return {
    moved: entries.filter((_, index) => results[index]?.status === 'fulfilled'),
    failures: results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as unknown),
  };
};

/** Sleeps that a stop cuts short. */
const createPause = (): { sleep(ms: number): Promise<void>; wake(): void } => {
  let wake = (): void => undefined;
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => {
      wake();
    },
  };
};

/**
 * Moves alerts from the outbox to the queue: look, enqueue, then remove. A crash in between repeats
 * the step, and the queue knows the alert by its id; so any number of relays may run at once. It
 * never throws out of its loop: it slows down while Redis is away and lets the lag metric rise.
 */
export const createOutboxRelay = (options: OutboxRelayOptions): OutboxRelay => {
  const { outbox, queue, log, metrics, intervalMs = defaultIntervalMs, clock = Date.now } = options;
  const pause = createPause();
  let lastEmptyAt = clock();
  let stopping = false;
  let loop: Promise<void> = Promise.resolve();

  const drainOnce = async (): Promise<number> => {
    const entries = await outbox.peek(batchSize);
    const oldest = Math.min(...entries.map(({ writtenAt }) => writtenAt), clock());
    metrics.outboxLag((clock() - oldest) / 1_000);
    if (entries.length === 0) {
      lastEmptyAt = clock();
      return 0;
    }
    const { moved, failures } = await enqueueAll(queue, entries);
    if (moved.length > 0) await outbox.remove(moved);
    if (failures.length > 0) throw failures[0];
    return moved.length;
  };

  /** @returns the pause until the next pass. */
  const pass = async (failedBefore: number): Promise<{ failed: number; waitMs: number }> => {
    try {
      const moved = await drainOnce();
      if (failedBefore > 0) log.info({ component: 'outbox relay' }, 'the outbox drains again');
      return { failed: 0, waitMs: moved === batchSize ? 0 : intervalMs };
    } catch (error) {
      // Not knowing what waits, the lag is told as if something had since the last empty outbox.
      metrics.outboxLag((clock() - lastEmptyAt) / 1_000);
      if (failedBefore === 0)
        log.warn({ component: 'outbox relay', err: error }, 'relaying failed');
      const backoff = Math.min(intervalMs * 2 ** failedBefore, longestBackoffMs);
      return { failed: failedBefore + 1, waitMs: backoff * (0.5 + Math.random() / 2) };
    }
  };

  const run = async (): Promise<void> => {
    let failed = 0;
    while (!stopping) {
      const result = await pass(failed);
      failed = Math.min(result.failed, 16);
      // A pause of zero still yields, so that a long drain does not starve the process.
      await pause.sleep(result.waitMs);
    }
  };

  return {
    start: () => {
      loop = run();
    },
    stop: async () => {
      stopping = true;
      pause.wake();
      await loop;
    },
    drainOnce,
  };
};
