import type { SealedAlert } from '@stepgate/assessment';
import { DelayedError, UnrecoverableError, WaitingError, type Job } from 'bullmq';
import { parseAlertJob } from './alert-job.js';
import type { AlertQueue } from './alert-queue.js';
import type { DeliveryVerdict, Destination, QueueLog, QueueMetrics } from './ports.js';

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
  readonly sink: Pick<Destination, 'name' | 'deliver'>;
  readonly queue: Pick<AlertQueue, 'markDelivered'>;
  readonly log: QueueLog;
  readonly metrics: Pick<QueueMetrics, 'alertDelivery' | 'alertDelivered'>;
  /** Aborted when the worker must stop. */
  readonly signal: AbortSignal;
  /** A delivery that takes longer counts as failed. */
  readonly limitMs: number;
}

/** A job and the worker's hold on it. */
interface Held {
  readonly job: Job;
  readonly token: string | undefined;
}

const tooLong: DeliveryVerdict = {
  kind: 'retry',
  cause: 'the delivery did not end in time',
  retryAfterMs: null,
};

/** In which a delivery may heed its signal before it is taken for failed. */
const graceMs = 200;

/** A sink keeps to its own time-outs; one that does not must not keep its worker's hands for ever. */
const boundDelivery = ({ signal, limitMs }: Pick<JobProcessorDeps, 'signal' | 'limitMs'>) => {
  const bounded = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (verdict: DeliveryVerdict) => void = () => undefined;
  const tooLate = new Promise<DeliveryVerdict>((resolve) => {
    giveUp = resolve;
  });
  const end = (): void => {
    clearTimeout(timer);
    bounded.abort();
    timer = setTimeout(giveUp, graceMs, tooLong);
  };
  timer = setTimeout(end, limitMs);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return {
    signal: bounded.signal,
    tooLate,
    release: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    },
  };
};

/** BullMQ keeps an error's message in Redis: what was thrown is logged, and only a constant is kept. */
const tryDelivery = async (
  deps: JobProcessorDeps,
  alert: SealedAlert,
  attempt: number,
): Promise<DeliveryVerdict> => {
  const { sink, log } = deps;
  const { signal, tooLate, release } = boundDelivery(deps);
  try {
    return await Promise.race([sink.deliver(alert, { attempt, signal }), tooLate]);
  } catch (error) {
    log.error({ alert_id: alert.id, sink: sink.name, attempt, err: error }, 'delivery failed');
    return { kind: 'retry', cause: 'delivery failed unexpectedly', retryAfterMs: null };
  } finally {
    release();
  }
};

/** A try that was cut short because the worker stops is none: the next worker makes it, at once. */
const putBack = async ({ job, token }: Held): Promise<never> => {
  await job.moveToWait(token);
  throw new WaitingError();
};

/** Of the pause, on top: jobs that were put off together do not come back together. */
const spread = 0.5;

const putOff = async ({ job, token }: Held, pauseMs: number): Promise<never> => {
  await job.moveToDelayed(Date.now() + Math.ceil(pauseMs * (1 + spread * Math.random())), token);
  throw new DelayedError();
};

/** What follows from a verdict other than "delivered"; throws what BullMQ takes for it. */
const giveUpOrWait = async (
  { signal }: JobProcessorDeps,
  held: Held,
  verdict: Exclude<DeliveryVerdict, { readonly kind: 'delivered' }>,
): Promise<never> => {
  if (verdict.kind === 'dead') throw new UnrecoverableError(verdict.cause);
  if (signal.aborted) return putBack(held);
  if (verdict.kind === 'deferred') return putOff(held, verdict.retryAfterMs);
  throw new RetryLaterError(verdict.cause, verdict.retryAfterMs);
};

/** What a worker does with one job. */
export const createJobProcessor =
  (deps: JobProcessorDeps) =>
  async (job: Job, token: string | undefined): Promise<void> => {
    const { sink, queue, log, metrics } = deps;
    const parsed = parseAlertJob(sink.name, job);
    if (parsed === null) throw new UnrecoverableError('malformed job');
    const { alert } = parsed;
    const attempt = job.attemptsMade + 1;
    const verdict = await tryDelivery(deps, alert, attempt);
    if (verdict.kind !== 'delivered') return giveUpOrWait(deps, { job, token }, verdict);
    metrics.alertDelivery(sink.name, 'delivered');
    // What closes an alert tells of nothing that has just happened.
    if (alert.phase !== 'closed') {
      metrics.alertDelivered(sink.name, (Date.now() - alert.at) / 1_000);
    }
    log.info({ alert_id: alert.id, sink: sink.name, attempt }, 'alert delivered');
    // Without the mark the reconciler may, days later, deliver once more: no reason to do it now.
    await queue.markDelivered(alert.id, sink.name).catch(() => undefined);
  };

export interface FailedJobDeps extends Pick<JobProcessorDeps, 'log' | 'metrics'> {
  readonly sink: Pick<Destination, 'name'>;
}

/** Tells of a try that failed, once BullMQ has written down what follows from it. */
export const createFailedJobReport =
  ({ sink, log, metrics }: FailedJobDeps) =>
  (job: Job, cause: string): void => {
    const parsed = parseAlertJob(sink.name, job);
    const ended = job.finishedOn !== undefined;
    if (parsed === null) {
      metrics.alertDelivery('none', 'malformed');
      log.error({ sink: sink.name }, 'a malformed job joins the dead letters');
      return;
    }
    metrics.alertDelivery(sink.name, ended ? 'dead' : 'retried');
    const fields = { alert_id: parsed.alert.id, sink: sink.name, attempt: job.attemptsMade, cause };
    if (ended) log.error(fields, 'an alert joins the dead letters');
    else log.warn(fields, 'an alert is tried again later');
  };
