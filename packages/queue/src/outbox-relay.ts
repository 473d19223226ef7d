import { setTimeout as sleep } from 'node:timers/promises';
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

const component = 'outbox relay';
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
  const moved: OutboxEntry[] = [];
  const failures: unknown[] = [];
  await Promise.all(
    entries.map((entry) =>
      queue.enqueue(entry.alert).then(
        () => void moved.push(entry),
        (error: unknown) => void failures.push(error),
      ),
    ),
  );
  return { moved, failures };
};

/** One pass, and what it says about the lag. */
const createDrain = (
  { outbox, queue, metrics }: OutboxRelayOptions,
  clock: () => number,
): { once(): Promise<number>; tellUnknownLag(): void } => {
  let lastEmptyAt = clock();
  return {
    once: async () => {
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
    },
    // Not knowing what waits, the lag is told as if something had since the last empty outbox.
    tellUnknownLag: () => {
      metrics.outboxLag((clock() - lastEmptyAt) / 1_000);
    },
  };
};

/**
 * Moves alerts from the outbox to the queue: look, enqueue, then remove. A crash in between repeats
 * the step, and the queue knows the alert by its id; so any number of relays may run at once. It
 * never throws out of its loop: it slows down while Redis is away and lets the lag metric rise.
 */
export const createOutboxRelay = (options: OutboxRelayOptions): OutboxRelay => {
  const { log, intervalMs = defaultIntervalMs, clock = Date.now } = options;
  const drain = createDrain(options, clock);
  const stopping = new AbortController();
  let failedPasses = 0;
  let loop: Promise<void> = Promise.resolve();

  /** @returns the pause until the next pass. */
  const pass = async (): Promise<number> => {
    try {
      const moved = await drain.once();
      if (failedPasses > 0) log.info({ component }, 'the outbox drains again');
      failedPasses = 0;
      return moved === batchSize ? 0 : intervalMs;
    } catch (error) {
      drain.tellUnknownLag();
      if (failedPasses === 0) log.warn({ component, err: error }, 'relaying failed');
      failedPasses = Math.min(failedPasses + 1, 16);
      const backoff = Math.min(intervalMs * 2 ** failedPasses, longestBackoffMs);
      return backoff * (0.5 + Math.random() / 2);
    }
  };
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const run = async (): Promise<void> => {
    // A pause of zero still yields, so that a long drain does not starve the process.
    while (!stopping.signal.aborted) await pause(await pass());
  };

  return {
    start: () => {
      loop = run();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
    drainOnce: drain.once,
  };
};
