import type { AlertOutbox } from '@stepgate/assessment';
import type { AlertQueue } from './alert-queue.js';
import { coalesce, type Batch } from './coalesce.js';
import { sinksFor, type QueueMetrics, type Route } from './ports.js';

export interface OutboxDrainOptions {
  readonly outbox: Pick<AlertOutbox, 'peek' | 'hold' | 'remove'>;
  readonly queue: Pick<AlertQueue, 'enqueue'>;
  readonly sinks: readonly Route[];
  /** Messages of one alert within this time become one. */
  readonly settleMs: number;
  readonly metrics: Pick<QueueMetrics, 'alert' | 'alertDelivery' | 'outboxLag'>;
  readonly clock: () => number;
}

export interface OutboxDrain {
  /** One pass. @returns how many entries left the outbox. */
  once(): Promise<number>;
  /** For a pass that failed. */
  tellUnknownLag(): void;
}

export const batchSize = 100;

/**
 * Whether nothing more can join a batch: its window is over by this clock, or has been watched to its
 * end. The second holds whatever the clocks of this machine and of Redis say; without it a clock that
 * is behind would hold alerts back.
 */
const createRipeness = ({ settleMs, clock }: OutboxDrainOptions) => {
  let seenSince = new Map<string, number>();
  return (batches: readonly Batch[]): readonly Batch[] => {
    const now = performance.now();
    const seen = new Map(
      batches.map(({ first: { receipt } }) => [receipt, seenSince.get(receipt) ?? now]),
    );
    seenSince = seen;
    return batches.filter(
      ({ first }) =>
        clock() - first.writtenAt >= settleMs || now - (seen.get(first.receipt) ?? now) >= settleMs,
    );
  };
};

/** A human is told of alerts that are new or worse; the rest is news of known ones. */
const countMessages = ({ sinks, metrics }: OutboxDrainOptions, { messages }: Batch): void => {
  for (const alert of messages) {
    if (alert.phase === 'opened' || alert.phase === 'escalated') {
      metrics.alert(alert.kind, alert.severity);
    }
    if (sinksFor(sinks, alert).length === 0) metrics.alertDelivery('none', 'unwanted');
  }
};

interface Relayed {
  readonly moved: readonly Batch[];
  readonly failures: readonly unknown[];
}

const enqueueAll = async (
  { queue, sinks }: OutboxDrainOptions,
  batches: readonly Batch[],
): Promise<Relayed> => {
  const moved: Batch[] = [];
  const failures: unknown[] = [];
  const jobsOf = (batch: Batch): Promise<void>[] =>
    batch.messages.flatMap((alert) =>
      sinksFor(sinks, alert).map((sink) => queue.enqueue(alert, sink)),
    );
  await Promise.all(
    batches.map((batch) =>
      Promise.all(jobsOf(batch)).then(
        () => void moved.push(batch),
        (error: unknown) => void failures.push(error),
      ),
    ),
  );
  return { moved, failures };
};

/**
 * Look, hold, enqueue, then remove: whichever step a crash follows, the message is still in the
 * outbox, or is held and the reconciler finds what is missing. Repeating a step changes nothing.
 */
export const createOutboxDrain = (options: OutboxDrainOptions): OutboxDrain => {
  const { outbox, sinks, settleMs, metrics, clock } = options;
  const ripe = createRipeness(options);
  let lastEmptyAt = clock();

  const relay = async (batches: readonly Batch[]): Promise<number> => {
    const wanted = batches
      .flatMap(({ messages }) => messages)
      .filter((alert) => sinksFor(sinks, alert).length > 0);
    if (wanted.length > 0) await outbox.hold(wanted, clock());
    const { moved, failures } = await enqueueAll(options, batches);
    const entries = moved.flatMap((batch) => batch.entries);
    if (entries.length > 0) await outbox.remove(entries);
    for (const batch of moved) countMessages(options, batch);
    if (failures.length > 0) throw failures[0];
    return entries.length;
  };

  return {
    once: async () => {
      const entries = await outbox.peek(batchSize);
      const oldest = Math.min(...entries.map(({ writtenAt }) => writtenAt), clock());
      metrics.outboxLag((clock() - oldest) / 1_000);
      if (entries.length === 0) lastEmptyAt = clock();
      const batches = ripe(coalesce(entries, settleMs));
      return batches.length === 0 ? 0 : relay(batches);
    },
    // Not knowing what waits, the lag is told as if something had since the last empty outbox.
    tellUnknownLag: () => {
      metrics.outboxLag((clock() - lastEmptyAt) / 1_000);
    },
  };
};
