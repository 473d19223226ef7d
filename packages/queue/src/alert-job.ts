import { createHash } from 'node:crypto';
import { alertKinds, type SealedAlert } from '@stepgate/assessment';
import { alertSeverities } from '@stepgate/engine';
import { z } from 'zod';

export const alertQueueName = 'alerts';
/** A hash tag: on a cluster all of the queue's keys must share a slot. */
export const defaultQueuePrefix = '{stepgate}';

const instant = z.int().nonnegative();

/** No dots (Standard Webhooks), no colons and no bare integers (BullMQ refuses those as job ids). */
const alertId = z.string().regex(/^(?!\d+$)[\w-]{1,100}$/u);

const sealedAlert = z.strictObject({
  id: alertId,
  kind: z.enum(alertKinds),
  severity: z.enum(alertSeverities),
  tenant: z.string().min(1).max(256),
  policy: z.string().min(1).max(256),
  count: z.int().nonnegative(),
  windowMs: z.int().nonnegative(),
  since: instant,
  at: instant,
  sealed: z.string().min(1).max(65_536),
});

const alertJob = z.strictObject({
  alert: sealedAlert,
  /** Sinks that have the alert already; a retry leaves them alone. */
  delivered: z.array(z.string().max(64)).max(16),
});

export interface AlertJob {
  readonly alert: SealedAlert;
  readonly delivered: readonly string[];
}

/**
 * A job as it lies in Redis, where others may have written it. Null: not one of ours, or its id is
 * not its alert's. Nothing in a job says where an alert is sent.
 */
export const parseAlertJob = (id: string | undefined, data: unknown): AlertJob | null => {
  const parsed = alertJob.safeParse(data);
  return parsed.success && parsed.data.alert.id === id ? parsed.data : null;
};

/**
 * The alert's id is the job's, so that relaying twice makes one job. An id that BullMQ would refuse
 * still enters the queue, under its hash: the worker then files it with the dead letters, where it is
 * seen, instead of blocking the outbox for ever.
 */
export const jobIdOf = (id: string): string =>
  alertId.safeParse(id).success
    ? id
    : `malformed-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
