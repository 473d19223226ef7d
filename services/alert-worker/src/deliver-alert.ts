import type { Alert, AlertSeal, SealedAlert } from '@stepgate/assessment';
import type { AlertWorkerMetrics, Log } from '@stepgate/telemetry';
import type { AlertSink, SinkVerdict } from './sinks/alert-sink.js';

export interface DeliverAlertDeps {
  readonly sinks: readonly AlertSink[];
  readonly seal: AlertSeal;
  readonly metrics: Pick<AlertWorkerMetrics, 'alertDelivery'>;
  readonly log: Log;
}

/** What the queue says of this try. */
export interface Try {
  readonly attempt: number;
  readonly lastAttempt: boolean;
  readonly delivered: ReadonlySet<string>;
  readonly markDelivered: (sink: string) => Promise<void>;
  readonly signal: AbortSignal;
}

const unreadable: SinkVerdict = {
  kind: 'retry',
  cause: 'the alert cannot be opened with this secret',
  retryAfterMs: null,
};

/** Null: sealed under another secret; retried, so that an operator can put the secret right. */
const openAlert = ({ seal, log }: DeliverAlertDeps, alert: SealedAlert): Alert | null => {
  const { sealed, ...open } = alert;
  try {
    return { ...open, ...seal.open(sealed) };
  } catch (error) {
    log.error({ alert_id: alert.id, err: error }, 'an alert cannot be opened');
    return null;
  }
};

/** A sink that must be tried again outweighs one that gave up: the alert stays alive. */
const combine = (verdicts: readonly SinkVerdict[]): SinkVerdict =>
  verdicts.find(({ kind }) => kind === 'retry') ??
  verdicts.find(({ kind }) => kind === 'dead') ?? { kind: 'delivered' };

/** Hands an alert to every sink that does not have it yet. */
export const createDeliverAlert = (
  deps: DeliverAlertDeps,
): ((alert: SealedAlert, attempt: Try) => Promise<SinkVerdict>) => {
  const { sinks, metrics, log } = deps;

  const sendTo = async (sink: AlertSink, alert: Alert, attempt: Try): Promise<SinkVerdict> => {
    const verdict = await sink.send(alert, attempt.signal);
    if (verdict.kind === 'delivered') {
      metrics.alertDelivery(sink.name, 'delivered');
      log.info(
        { alert_id: alert.id, sink: sink.name, attempt: attempt.attempt },
        'alert delivered',
      );
      await attempt.markDelivered(sink.name);
      return verdict;
    }
    // A try that the worker's own end cut short says nothing about the sink.
    if (attempt.signal.aborted) return verdict;
    const dead = verdict.kind === 'dead' || attempt.lastAttempt;
    metrics.alertDelivery(sink.name, dead ? 'dead' : 'retried');
    log.warn({ alert_id: alert.id, sink: sink.name, cause: verdict.cause }, 'alert not delivered');
    return verdict;
  };

  return async (sealed, attempt) => {
    const alert = openAlert(deps, sealed);
    if (alert === null) return unreadable;
    const missing = sinks.filter(({ name }) => !attempt.delivered.has(name));
    return combine(await Promise.all(missing.map((sink) => sendTo(sink, alert, attempt))));
  };
};
