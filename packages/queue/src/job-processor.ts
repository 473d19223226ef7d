import type { SealedAlert } from '@stepgate/assessment';
import { UnrecoverableError, WaitingError, type Job } from 'bullmq';
import { parseAlertJob, type AlertJob } from './alert-job.js';
import type { QueueLog, QueueMetrics } from './ports.js';

/** What came of one try. Causes are constants of the deployment: they are kept in Redis. */
export type DeliveryVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly cause: string; readonly retryAfterMs: number | null }
  /** No further try: the job joins the dead letters. */
  | { readonly kind: 'dead'; readonly cause: string };

export interface Delivery {
  /** From 1. */
  readonly attempt: number;
  /** A further `retry` verdict ends with the dead letters. */
  readonly lastAttempt: boolean;
  readonly delivered: ReadonlySet<string>;
  /** Remembers, beyond the death of this process, that a sink has the alert. */
  readonly markDelivered: (sink: string) => Promise<void>;
  /** Aborted when the worker must stop; the alert is then delivered by another. */
  readonly signal: AbortSignal;
}

/** At least once: called again with the same alert after a retry, a crash, or a lost connection. */
export type DeliverAlert = (alert: SealedAlert, delivery: Delivery) => Promise<DeliveryVerdict>;

export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError';
  readonly code = 'alert_retry_later';
  readonly retryAfterMs: number | null;

  constructor(cause: string, retryAfterMs: number | null) {
    super(cause);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface JobProcessorDeps {
  readonly deliver: DeliverAlert;
  readonly log: QueueLog;
  readonly metrics: QueueMetrics;
  readonly signal: AbortSignal;
}

const deliveryOf = (job: Job<unknown>, parsed: AlertJob, signal: AbortSignal): Delivery => {
  const delivered = new Set(parsed.delivered);
  return {
    attempt: job.attemptsMade + 1,
    lastAttempt: job.attemptsMade + 1 >= (job.opts.attempts ?? 1),
    delivered,
    markDelivered: async (sink) => {
      delivered.add(sink);
      await job.updateData({ alert: parsed.alert, delivered: [...delivered] });
    },
    signal,
  };
};

/** BullMQ keeps an error's message in Redis: what was thrown is logged, and only a constant is kept. */
const verdictOf = async (
  { deliver, log }: JobProcessorDeps,
  alert: SealedAlert,
  delivery: Delivery,
): Promise<DeliveryVerdict> => {
  try {
    return await deliver(alert, delivery);
  } catch (error) {
    log.error({ alert_id: alert.id, attempt: delivery.attempt, err: error }, 'delivery failed');
    return { kind: 'retry', cause: 'delivery failed unexpectedly', retryAfterMs: null };
  }
};

/** A try that was cut short because the worker stops is none: the next worker makes it, at once. */
const putBack = async (job: Job<unknown>, token: string | undefined): Promise<never> => {
  await job.moveToWait(token);
  throw new WaitingError();
};

/** What a worker does with one job; throws what BullMQ takes for "again later" and "never again". */
export const createJobProcessor =
  (deps: JobProcessorDeps) =>
  async (job: Job<unknown>, token: string | undefined): Promise<void> => {
    const parsed = parseAlertJob(job.id, job.data);
    if (parsed === null) {
      deps.metrics.alertDelivery('none', 'malformed');
      deps.log.error({ component: 'alert queue' }, 'a malformed job joins the dead letters');
      throw new UnrecoverableError('malformed job');
    }
    const { alert } = parsed;
    if (job.attemptsStarted === 1) deps.metrics.alert(alert.kind, alert.severity);
    const delivery = deliveryOf(job, parsed, deps.signal);
    const verdict = await verdictOf(deps, alert, delivery);
    if (verdict.kind === 'delivered') return;
    if (verdict.kind === 'retry' && deps.signal.aborted) await putBack(job, token);
    const fields = { alert_id: alert.id, attempt: delivery.attempt, cause: verdict.cause };
    if (verdict.kind === 'dead' || delivery.lastAttempt) {
      deps.log.error(fields, 'an alert joins the dead letters');
      throw new UnrecoverableError(verdict.cause);
    }
    deps.log.warn(fields, 'an alert is tried again later');
    throw new RetryLaterError(verdict.cause, verdict.retryAfterMs);
  };
