import { setTimeout as pause } from 'node:timers/promises';
import type { AlertOutbox, OutboxEntry, SealedAlert } from '@stepgate/assessment';
import type { Redis } from 'ioredis';
import type { DeliveryVerdict, Destination, QueueLog, QueueMetrics } from '../src/index.js';

/** The only message of an alert of its own, unless the changes say otherwise. */
export const alertNamed = (id: string, changes: Partial<SealedAlert> = {}): SealedAlert => ({
  id,
  alertId: id,
  revision: 1,
  kind: 'push_fatigue',
  phase: 'opened',
  severity: 'high',
  tenant: 'acme',
  policy: 'workforce',
  sealedSubject: 'c2VhbGVk',
  openedAt: 1_767_225_500_000,
  since: 1_767_225_000_000,
  at: 1_767_225_600_000,
  count: 5,
  windowMs: 600_000,
  prompts: { sent: 6, approved: 0, denied: 4, ignored: 1, reported: 0 },
  approvedAt: null,
  sources: [
    {
      country: 'NL',
      asn: 64_500,
      sealedAddress: 'YWRkcmVzcw',
      prompts: 6,
      lastAt: 1_767_225_600_000,
    },
  ],
  sourceCount: 1,
  devices: ['d-1'],
  deviceCount: 1,
  actions: ['push_forbidden'],
  closedBy: null,
  campaign: null,
  ...changes,
});

/** A message of the alert `alertId`, under the id that the engine gives it. */
export const messageOf = (
  alertId: string,
  revision: number,
  changes: Partial<SealedAlert> = {},
): SealedAlert =>
  alertNamed(`${alertId}_${String(revision)}`, { alertId, revision, phase: 'updated', ...changes });

export interface ListOutbox extends AlertOutbox {
  write(alert: SealedAlert, writtenAt?: number): Promise<void>;
}

/** The outbox port over a plain list, and a hash for what is held. */
export const createListOutbox = (redis: Redis, key = 'test:outbox'): ListOutbox => {
  const heldKey = `${key}:held`;
  const held = async (): Promise<{ alert: SealedAlert; heldAt: number }[]> =>
    Object.values(await redis.hgetall(heldKey))
      .map((text) => JSON.parse(text) as { alert: SealedAlert; heldAt: number })
      .sort((a, b) => a.heldAt - b.heldAt);
  return {
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
    hold: async (alerts, now) => {
      await Promise.all(
        alerts.map((alert) =>
          redis.hsetnx(heldKey, alert.id, JSON.stringify({ alert, heldAt: now })),
        ),
      );
    },
    overdue: async ({ now, ageMs, limit }) =>
      (await held())
        .filter(({ heldAt }) => heldAt < now - ageMs)
        .slice(0, limit)
        .map(({ alert }) => alert),
    settle: async (id) => {
      await redis.hdel(heldKey, id);
    },
    heldState: async () => {
      const all = await held();
      return { count: all.length, oldestAt: all[0]?.heldAt ?? null };
    },
  };
};

export interface Recorder {
  readonly log: QueueLog;
  readonly metrics: QueueMetrics;
  readonly told: string[];
  readonly lags: number[];
  readonly ages: number[];
  readonly jobs: Readonly<Record<string, number>>[];
  readonly undelivered: (readonly [count: number, ageSeconds: number])[];
}

export const createRecorder = (): Recorder => {
  const told: string[] = [];
  const lags: number[] = [];
  const ages: number[] = [];
  const jobs: Readonly<Record<string, number>>[] = [];
  const undelivered: (readonly [number, number])[] = [];
  const note = (_fields: object, message: string): void => void told.push(message);
  return {
    told,
    lags,
    ages,
    jobs,
    undelivered,
    log: { info: note, warn: note, error: note },
    metrics: {
      alert: (kind, severity) => void told.push(`alert ${kind} ${severity}`),
      alertDelivery: (sink, result) => void told.push(`${sink} ${result}`),
      alertDelivered: (_sink, ageSeconds) => void ages.push(ageSeconds),
      queueJobs: (counts) => void jobs.push(counts),
      workerRestarted: () => void told.push('restarted'),
      outboxLag: (seconds) => void lags.push(seconds),
      undelivered: (count, ageSeconds) => void undelivered.push([count, ageSeconds]),
    },
  };
};

/** A sink that takes all it is sent, and notes it. */
export const sinkNamed = (
  name: string,
  changes: Partial<Destination> = {},
): Destination & { readonly taken: string[] } => {
  const taken: string[] = [];
  return {
    name,
    concurrency: 8,
    retryDelaysMs: [50, 50, 50],
    accepts: () => true,
    deliver: ({ id }) => {
      taken.push(id);
      return Promise.resolve({ kind: 'delivered' });
    },
    ...changes,
    taken,
  };
};

export const delivered: DeliveryVerdict = { kind: 'delivered' };
export const failed: DeliveryVerdict = { kind: 'retry', cause: 'HTTP 500', retryAfterMs: null };

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
