import type { Alert, SealedAlert } from '@stepgate/assessment';

/** What came of one try. Causes are constants: they are logged and kept in Redis. */
export type SendVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly cause: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'dead'; readonly cause: string };

export type SinkVerdict =
  | SendVerdict
  /** Nothing was sent: the sink rests. Uses up no try; ask again later. */
  | { readonly kind: 'deferred'; readonly cause: string; readonly retryAfterMs: number };

/** Whether a sink takes an alert now. */
export type SinkState =
  | { readonly kind: 'ready' }
  /** Its circuit is open: the last tries failed, and it is left alone for a while. */
  | { readonly kind: 'resting'; readonly retryAfterMs: number };

/** What filters look at; nothing of it is sealed. */
export type AlertHead = Pick<SealedAlert, 'severity' | 'tenant' | 'kind' | 'phase' | 'closedBy'>;

/** How one kind of sink hands an alert over. Bounded in time; never throws. */
export type SendAlert = (alert: Alert, signal: AbortSignal) => Promise<SendVerdict>;

/** One place where alerts go. May get the same alert again: it carries the same id. */
export interface AlertSink {
  /** Unique among the sinks, stable, a label of metrics: `[a-z][a-z0-9_-]{0,31}`. */
  readonly name: string;
  /** Deliveries at a time that the receiver can take; whoever calls `send` keeps to it. */
  readonly concurrency: number;
  /** Delays after a failed try, before jitter; null: the schedule of Standard Webhooks. */
  readonly retryDelaysMs: readonly number[] | null;
  /** Whether the alert is meant for this sink: its filters, and what its receivers understand. */
  accepts(alert: AlertHead): boolean;
  state(): SinkState;
  /** Bounded in time. Never throws. */
  send(alert: Alert, signal: AbortSignal): Promise<SinkVerdict>;
}
