import type { Alert, AlertSeal, SealedAlert } from '@stepgate/assessment';
import type { Destination, DeliveryVerdict } from '@stepgate/queue';
import type { Log } from '@stepgate/telemetry';
import type { AlertSink } from './sinks/alert-sink.js';

export interface SinkDestinationDeps {
  readonly seal: AlertSeal;
  readonly log: Log;
}

const unreadable: DeliveryVerdict = {
  kind: 'retry',
  cause: 'the alert cannot be opened',
  retryAfterMs: null,
};

/** Null: sealed under another secret, or Redis is away; retried, so that an operator can put the secret right. */
const openAlert = async (
  { seal, log }: SinkDestinationDeps,
  sealed: SealedAlert,
): Promise<Alert | null> => {
  try {
    return await seal.open(sealed);
  } catch (error) {
    log.error({ alert_id: sealed.id, err: error }, 'an alert cannot be opened');
    return null;
  }
};

/** A sink as the queue delivers to it: messages are opened just before they are sent, never earlier. */
export const destinationOf = (sink: AlertSink, deps: SinkDestinationDeps): Destination => ({
  name: sink.name,
  concurrency: sink.concurrency,
  retryDelaysMs: sink.retryDelaysMs,
  accepts: (alert) => sink.accepts(alert),
  deliver: async (sealed, { signal }) => {
    const state = sink.state();
    if (state.kind === 'resting') {
      return { kind: 'deferred', cause: 'the sink rests', retryAfterMs: state.retryAfterMs };
    }
    const alert = await openAlert(deps, sealed);
    return alert === null ? unreadable : sink.send(alert, signal);
  },
});
