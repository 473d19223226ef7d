import { setTimeout as pause } from 'node:timers/promises';
import type { AlertOutbox, OutboxEntry, SealedAlert } from '@stepgate/assessment';
import type { Redis } from 'ioredis';
import type { QueueLog, QueueMetrics } from '../src/index.js';

export const alertNamed = (id: string, changes: Partial<SealedAlert> = {}): SealedAlert => ({
  id,
  kind: 'push_fatigue',
  severity: 'high',
  tenant: 'acme',
  policy: 'workforce',
  count: 5,
  windowMs: 600_000,
  since: 1_767_225_000_000,
  at: 1_767_225_600_000,
  sealed: 'c2VhbGVk',
  ...changes,
});

/** The outbox port over a plain list. */
export const createListOutbox = (
  redis: Redis,
  key = 'test:outbox',
): AlertOutbox & { write(alert: SealedAlert, writtenAt?: number): Promise<void> } => ({
  write: async (alert, writtenAt = Date.now()) => {
    await redis.rpush(key, JSON.stringify({ alert, writtenAt }));
  },
  peek: async (limit) => {
    const lines = await redis.lrange(key, 0, limit - 1);
    return lines.map((receipt): OutboxEntry => {
      const entry = JSON.parse(receipt) as Omit<OutboxEntry, 'receipt'>;
      return { receipt, ...entry };
    });
  },
  remove: async (entries) => {
    await Promise.all(entries.map(({ receipt }) => redis.lrem(key, 1, receipt)));
  },
});

export const createRecorder = (): {
  readonly log: QueueLog;
  readonly metrics: QueueMetrics & { outboxLag(seconds: number): void };
  readonly told: string[];
  readonly lags: number[];
} => {
  const told: string[] = [];
  const lags: number[] = [];
  const note = (_fields: object, message: string): void => void told.push(message);
  return {
    told,
    lags,
    log: { info: note, warn: note, error: note },
    metrics: {
      alert: (kind, severity) => void told.push(`alert ${kind} ${severity}`),
      alertDelivery: (sink, result) => void told.push(`${sink} ${result}`),
      queueJobs: () => undefined,
      workerRestarted: () => void told.push('restarted'),
      outboxLag: (seconds) => void lags.push(seconds),
    },
  };
};

/** Waits for a condition; fails when it does not come true in time. */
export const until = async (
  met: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> => {
  const deadline = Date.now() + limitMs;
  while (!(await met())) {
    if (Date.now() > deadline)
      throw new Error(`not so within ${String(limitMs)} ms: ${String(met)}`);
    await pause(20);
  }
};
