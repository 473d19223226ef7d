import { createBackgroundLoop } from './background-loop.js';
import { batchSize, createOutboxDrain, type OutboxDrainOptions } from './outbox-drain.js';
import type { QueueLog } from './ports.js';

export interface OutboxRelayOptions extends Omit<OutboxDrainOptions, 'settleMs' | 'clock'> {
  readonly log: QueueLog;
  /** Pause after a pass that did not find the outbox full. */
  readonly intervalMs?: number;
  readonly settleMs?: number;
  readonly clock?: () => number;
}

export interface OutboxRelay {
  start(): void;
  /** Resolves once the pass at hand is done. */
  stop(): Promise<void>;
  /** One pass: what is ripe in the outbox is moved to the queues. @returns how many entries were. */
  drainOnce(): Promise<number>;
}

const component = 'outbox relay';
const defaultIntervalMs = 200;
const defaultSettleMs = 1_000;
const longestBackoffMs = 5_000;

/**
 * Moves alerts from the outbox to the queues of the sinks that take them. Any number of relays may
 * run at once. It never throws out of its loop: it slows down while Redis is away and lets the lag
 * metric rise.
 */
export const createOutboxRelay = (options: OutboxRelayOptions): OutboxRelay => {
  const { log, intervalMs = defaultIntervalMs } = options;
  const drain = createOutboxDrain({ settleMs: defaultSettleMs, clock: Date.now, ...options });
  let failedPasses = 0;

  const loop = createBackgroundLoop(async () => {
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
  });
  return { ...loop, drainOnce: drain.once };
};
