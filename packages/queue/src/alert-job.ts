import { createHash } from 'node:crypto';
import {
  alertActions,
  alertClosers,
  alertKinds,
  alertPhases,
  campaignScopes,
  type SealedAlert,
} from '@stepgate/assessment';
import { alertSeverities } from '@stepgate/engine';
import { z } from 'zod';

/** A hash tag: on a cluster all of the queues' keys must share a slot. */
export const defaultQueuePrefix = '{stepgate}';

/** Each sink has a queue of its own: one that hangs keeps nobody else's jobs from being taken. */
export const queueNameOf = (sink: string): string => `alerts-${sink}`;

const instant = z.int().nonnegative();
const count = z.int().nonnegative();
const name = z.string().min(1).max(256);
const sealedText = z.string().min(1).max(65_536);

/** No dots (Standard Webhooks), no colons and no bare integers (BullMQ refuses those as job ids). */
const messageId = z.string().regex(/^(?!\d+$)[\w-]{1,100}$/u);

/** Of a sink: part of keys, and a label of metrics. */
const sinkName = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/u);

const source = z.strictObject({
  country: z.string().max(8).nullable(),
  asn: count.nullable(),
  sealedAddress: sealedText.nullable(),
  prompts: count,
  lastAt: instant,
});

const campaign = z.strictObject({
  scope: z.enum(campaignScopes),
  subjects: count,
  sealedSample: z.array(sealedText).max(10),
});

const sealedAlert = z.strictObject({
  id: messageId,
  alertId: z.string().min(1).max(100),
  revision: count,
  kind: z.enum(alertKinds),
  phase: z.enum(alertPhases),
  severity: z.enum(alertSeverities),
  tenant: name,
  policy: name,
  sealedSubject: sealedText.nullable(),
  openedAt: instant,
  since: instant,
  at: instant,
  count,
  windowMs: count,
  prompts: z.strictObject({
    sent: count,
    approved: count,
    denied: count,
    ignored: count,
    reported: count,
  }),
  approvedAt: instant.nullable(),
  sources: z.array(source).max(10),
  sourceCount: count,
  devices: z.array(z.string().max(256)).max(10),
  deviceCount: count,
  actions: z.array(z.enum(alertActions)).max(alertActions.length),
  closedBy: z.enum(alertClosers).nullable(),
  campaign: campaign.nullable(),
});

const alertJob = z.strictObject({ alert: sealedAlert, sink: sinkName });

/** One message for one sink. Where the sink sends it stands in the worker's configuration only. */
export interface AlertJob {
  readonly alert: SealedAlert;
  readonly sink: string;
}

/**
 * A job as it lies in the queue of `sink`, where others may have written it. Null: not one of ours,
 * for another sink, or its id is not its message's.
 */
export const parseAlertJob = (
  sink: string,
  { id, data }: { readonly id?: string | undefined; readonly data: unknown },
): AlertJob | null => {
  const parsed = alertJob.safeParse(data);
  if (!parsed.success) return null;
  return parsed.data.sink === sink && parsed.data.alert.id === id ? parsed.data : null;
};

/**
 * The message's id is the job's, so that relaying twice makes one job. An id that BullMQ would refuse
 * still enters the queue, under its hash: the worker then files it with the dead letters, where it is
 * seen, instead of blocking the outbox for ever.
 */
export const jobIdOf = (id: string): string =>
  messageId.safeParse(id).success
    ? id
    : `malformed-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
