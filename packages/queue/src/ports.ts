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
  readonly attempt?: number;
  readonly cause?: string;
  readonly count?: number;
  readonly retry_in_ms?: number;
  readonly err?: unknown;
}

export interface QueueMetrics {
  alert(kind: SealedAlert['kind'], severity: SealedAlert['severity']): void;
  alertDelivery(sink: string, result: 'malformed'): void;
  queueJobs(counts: Readonly<Record<string, number>>): void;
  workerRestarted(): void;
}

/** Refuses, fails or does not answer in time. What was asked may have happened all the same. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
  readonly code = 'queue_unavailable';
}
