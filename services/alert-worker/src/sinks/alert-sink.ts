import type { Alert } from '@stepgate/assessment';

/** Causes are constants: they are logged and kept in Redis. */
export type SinkVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly cause: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'dead'; readonly cause: string };

/** One place where alerts go. May get the same alert again: it carries the same id. */
export interface AlertSink {
  /** A label of metrics: stable and lower case. */
  readonly name: string;
  send(alert: Alert, signal: AbortSignal): Promise<SinkVerdict>;
}
