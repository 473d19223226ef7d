import type { AlertOutbox, SealedAlert } from '@stepgate/assessment';
import type { AlertQueue } from './alert-queue.js';
import { createBackgroundLoop } from './background-loop.js';
import type { QueueLog, QueueMetrics } from './ports.js';
import type { Settlement } from './settlement.js';

export interface ReconcilerOptions {
  readonly outbox: Pick<AlertOutbox, 'overdue' | 'settle' | 'heldState'>;
  readonly queue: Pick<AlertQueue, 'enqueueAgain'>;
  readonly settlement: Pick<Settlement, 'standingOf'>;
  readonly log: QueueLog;
  readonly metrics: Pick<QueueMetrics, 'alertDelivery' | 'undelivered'>;
  readonly intervalMs?: number;
  /** Messages held for less are still on their ordinary way. */
  readonly ageMs?: number;
  readonly clock?: () => number;
}

export interface Reconciled {
  readonly settled: number;
  readonly enqueued: number;
}

export interface Reconciler {
  start(): void;
  stop(): Promise<void>;
  /** One pass over what is held. */
  reconcileOnce(): Promise<Reconciled>;
}

const component = 'reconciler';
const defaults = { intervalMs: 30_000, ageMs: 60_000 } as const;
const heldLimit = 100_000;
/** Messages compared in a pass, and at a time: each costs a question to the queue of every sink. */
const passSize = 1_000;
const chunkSize = 50;

const chunksOf = (alerts: readonly SealedAlert[]): readonly (readonly SealedAlert[])[] =>
  Array.from({ length: Math.ceil(alerts.length / chunkSize) }, (_, n) =>
    alerts.slice(n * chunkSize, (n + 1) * chunkSize),
  );

const none: Reconciled = { settled: 0, enqueued: 0 };
const sum = (parts: readonly Reconciled[]): Reconciled =>
  parts.reduce(
    (total, part) => ({
      settled: total.settled + part.settled,
      enqueued: total.enqueued + part.enqueued,
    }),
    none,
  );

/** What one message needs; safe to do twice, and by several workers at once. */
const createReconcile =
  ({ outbox, queue, settlement, metrics }: ReconcilerOptions) =>
  async (alert: SealedAlert): Promise<Reconciled> => {
    const { ended, missing, unwanted } = await settlement.standingOf(alert);
    if (ended) {
      if (unwanted) metrics.alertDelivery('none', 'unwanted');
      await outbox.settle(alert.id);
      return { settled: 1, enqueued: 0 };
    }
    await Promise.all(missing.map((sink) => queue.enqueueAgain(alert, sink)));
    return { settled: 0, enqueued: missing.length };
  };

/**
 * Compares what is remembered as undelivered with the queues: whatever lost a job (an operator, a
 * restored backup, a bug), it is enqueued again; and what ended while nobody could write it down is
 * settled.
 */
export const createReconciler = (options: ReconcilerOptions): Reconciler => {
  const { outbox, log, metrics, clock = Date.now } = options;
  const { intervalMs = defaults.intervalMs, ageMs = defaults.ageMs } = options;
  const reconcile = createReconcile(options);
  let failing = false;
  /** Where the next pass goes on: messages that wait long for one sink must not hide later ones. */
  let from = 0;

  const reconcileOnce = async (): Promise<Reconciled> => {
    const held = await outbox.overdue({ now: clock(), ageMs, limit: heldLimit });
    const compared = held.slice(from, from + passSize);
    from = from + passSize < held.length ? from + passSize : 0;
    const parts: Reconciled[] = [];
    for (const chunk of chunksOf(compared))
      parts.push(...(await Promise.all(chunk.map(reconcile))));
    const done = sum(parts);
    if (done.enqueued > 0) {
      log.warn({ component, count: done.enqueued }, 'jobs that the queue had lost were made again');
    }
    const { count, oldestAt } = await outbox.heldState();
    metrics.undelivered(count, oldestAt === null ? 0 : Math.max(clock() - oldestAt, 0) / 1_000);
    return done;
  };

  const loop = createBackgroundLoop(async () => {
    try {
      await reconcileOnce();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ component, err: error }, 'undelivered alerts cannot be compared');
      failing = true;
    }
    return intervalMs;
  });
  return { ...loop, reconcileOnce };
};
