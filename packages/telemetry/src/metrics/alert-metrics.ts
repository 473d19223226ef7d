import { alertSeverities, type AlertSeverity } from '@stepgate/engine';
import { Gauge, type Registry } from 'prom-client';
import { createLabelCap } from './label-cap.js';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export type DeliveryResult = 'delivered' | 'retried' | 'dead' | 'malformed';

export interface AlertMetrics {
  /** An alert reached a worker for the first time. */
  alert(kind: string, severity: AlertSeverity): void;
  /** One try to hand an alert to a sink; `malformed` jobs reach none and say `none`. */
  alertDelivery(sink: string, result: DeliveryResult): void;
  /** Age of the oldest outbox entry that was not yet in the queue. */
  outboxLag(seconds: number): void;
  /** Jobs of the queue by state; states that are not named keep their figure. */
  queueJobs(counts: Readonly<Record<string, number>>): void;
  workerRestarted(): void;
}

const maxKinds = 8;
const maxSinks = 8;
const maxStates = 8;

const createQueueGauges = (
  registry: Registry,
): Pick<AlertMetrics, 'outboxLag' | 'queueJobs' | 'workerRestarted'> => {
  const lag = new Gauge({
    name: `${metricPrefix}outbox_lag_seconds`,
    help: 'Age of the oldest alert that waits in the outbox.',
    registers: [registry],
  });
  const jobs = new Gauge({
    name: `${metricPrefix}queue_jobs`,
    help: 'Jobs in the alert queue by state; failed ones are the dead letters.',
    labelNames: ['state'],
    registers: [registry],
  });
  const stateLabel = createLabelCap(maxStates);
  const restarted = createTally(registry, {
    name: `${metricPrefix}queue_worker_restarts_total`,
    help: 'Times that the watchdog replaced a queue worker which took no jobs.',
    labels: [],
  }).slot({});
  return {
    outboxLag: (seconds) => {
      lag.set(seconds);
    },
    queueJobs: (counts) => {
      for (const [state, count] of Object.entries(counts)) {
        jobs.set({ state: stateLabel(state) }, count);
      }
    },
    workerRestarted: restarted,
  };
};

export const createAlertMetrics = (registry: Registry): AlertMetrics => {
  const alerts = createTally(registry, {
    name: `${metricPrefix}alerts_total`,
    help: 'Alerts that reached a worker.',
    labels: ['kind', 'severity'],
  });
  const deliveries = createTally(registry, {
    name: `${metricPrefix}alert_deliveries_total`,
    help: 'Tries to hand an alert to a sink.',
    labels: ['sink', 'result'],
  });
  for (const severity of alertSeverities) alerts.slot({ kind: 'push_fatigue', severity });
  const kindLabel = createLabelCap(maxKinds);
  const sinkLabel = createLabelCap(maxSinks);
  return {
    alert: (kind, severity) => {
      alerts.count({ kind: kindLabel(kind), severity });
    },
    alertDelivery: (sink, result) => {
      deliveries.count({ sink: sinkLabel(sink), result });
    },
    ...createQueueGauges(registry),
  };
};
