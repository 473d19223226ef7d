import type { SealedAlert } from '@stepgate/assessment';

/** What the queue tells of its work; telemetry's Log and metrics fit. */
export interface QueueLog {
  info(fields: QueueLogFields, message: string): void;
  warn(fields: QueueLogFields, message: string): void;
  error(fields: QueueLogFields, message: string): void;
}

export interface QueueLogFields {
  readonly component?: string;
  readonly alert_id?: string;
  readonly sink?: string;
  readonly attempt?: number;
  readonly cause?: string;
  readonly count?: number;
  readonly err?: unknown;
}

/** `unwanted`: no sink takes the message; `malformed`: a job that is none of ours. */
export type DeliveryResult = 'delivered' | 'retried' | 'dead' | 'malformed' | 'unwanted';

export interface QueueMetrics {
  /** An alert was opened, or grew worse. */
  alert(kind: SealedAlert['kind'], severity: SealedAlert['severity']): void;
  alertDelivery(sink: string, result: DeliveryResult): void;
  /** `ageSeconds` since the latest event that the message tells of. */
  alertDelivered(sink: string, ageSeconds: number): void;
  outboxLag(seconds: number): void;
  /** Messages on their way, and how long the oldest has been; 0 when there is none. */
  undelivered(count: number, ageSeconds: number): void;
  /** Jobs of all sinks. */
  queueJobs(counts: Readonly<Record<string, number>>): void;
  workerRestarted(): void;
}

/** What came of one try. Causes are constants of the deployment: they are kept in Redis. */
export type DeliveryVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly cause: string; readonly retryAfterMs: number | null }
  /** Nothing was sent: the sink rests or is busy. Uses up no try. */
  | { readonly kind: 'deferred'; readonly cause: string; readonly retryAfterMs: number }
  /** No further try: the job joins the dead letters. */
  | { readonly kind: 'dead'; readonly cause: string };

export interface Delivery {
  /** From 1. */
  readonly attempt: number;
  /** Aborted when the worker must stop, or the delivery takes too long. */
  readonly signal: AbortSignal;
}

/** What filters look at; nothing of it is sealed. */
export type AlertHead = Pick<SealedAlert, 'severity' | 'tenant' | 'kind' | 'phase' | 'closedBy'>;

/** One place where alerts go, as the queue sees it. */
export interface Destination {
  /** Unique, stable: `[a-z][a-z0-9_-]{0,31}`. */
  readonly name: string;
  /** Deliveries at a time. */
  readonly concurrency: number;
  /** Null: the schedule of Standard Webhooks. */
  readonly retryDelaysMs: readonly number[] | null;
  accepts(alert: AlertHead): boolean;
  /** At least once: called again with the same message after a retry, a crash, a lost connection. */
  deliver(alert: SealedAlert, delivery: Delivery): Promise<DeliveryVerdict>;
}

/** Which sinks a message is for. */
export type Route = Pick<Destination, 'name' | 'accepts'>;

export const sinksFor = (routes: readonly Route[], alert: SealedAlert): readonly string[] =>
  routes.filter((route) => route.accepts(alert)).map(({ name }) => name);

/** Refuses, fails or does not answer in time. What was asked may have happened all the same. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
  readonly code = 'queue_unavailable';
}
