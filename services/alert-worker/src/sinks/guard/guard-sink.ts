import { alertSeverities } from '@stepgate/engine';
import type { AlertHead, AlertSink, SendAlert, SinkState } from '../alert-sink.js';
import type { SinkSpec } from '../sink-spec.js';
import { eventsOfAlert } from '../ssf/events-of-alert.js';
import { createCircuit } from './circuit.js';

export interface GuardDeps {
  readonly clock: () => number;
  readonly metrics: { sinkCircuit(sink: string, open: boolean): void };
  readonly circuit: { readonly failuresToOpen: number; readonly restMs: number };
}

/** How soon to ask again while one delivery finds out whether the sink is back. */
const trialMs = 1_000;

const severeEnough = ({ severity }: AlertHead, { atLeast }: SinkSpec): boolean =>
  alertSeverities.indexOf(severity) >= alertSeverities.indexOf(atLeast);

const isMeantFor = (alert: AlertHead, spec: SinkSpec): boolean => {
  if (!severeEnough(alert, spec)) return false;
  if (spec.tenants.length > 0 && !spec.tenants.includes(alert.tenant)) return false;
  return spec.type !== 'ssf' || eventsOfAlert(alert, spec.events).length > 0;
};

/** Puts the filters and a circuit breaker around what sends. */
export const guardSink = (spec: SinkSpec, send: SendAlert, deps: GuardDeps): AlertSink => {
  const { clock, metrics } = deps;
  const circuit = createCircuit({
    ...deps.circuit,
    clock,
    onChange: (open) => {
      metrics.sinkCircuit(spec.name, open);
    },
  });
  metrics.sinkCircuit(spec.name, false);

  const state = (): SinkState => {
    const retryAfterMs = circuit.isOnTrial() ? trialMs : circuit.restsForMs();
    return retryAfterMs > 0 ? { kind: 'resting', retryAfterMs } : { kind: 'ready' };
  };

  return {
    name: spec.name,
    concurrency: spec.concurrency,
    retryDelaysMs: spec.retryDelaysMs,
    accepts: (alert) => isMeantFor(alert, spec),
    state,
    send: async (alert, signal) => {
      const now = state();
      return now.kind === 'ready'
        ? circuit.execute(() => send(alert, signal))
        : {
            kind: 'deferred',
            cause: 'the sink rests after failures',
            retryAfterMs: now.retryAfterMs,
          };
    },
  };
};
