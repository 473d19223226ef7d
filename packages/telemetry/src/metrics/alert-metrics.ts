import { alertKinds } from '@stepgate/assessment';
import { alertSeverities, type AlertSeverity } from '@stepgate/engine';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { createLabelCap } from './label-cap.js';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

/** `unwanted`: no sink takes the message; `malformed`: a job that is none of ours. */
export type DeliveryResult = 'delivered' | 'retried' | 'dead' | 'malformed' | 'unwanted';

export interface AlertMetrics {
  /** An alert was opened, or grew worse. */
  alert(kind: string, severity: AlertSeverity): void;
  /** One try to hand a message to a sink; what reaches none says `none`. */
  alertDelivery(sink: string, result: DeliveryResult): void;
  /** A sink has a message; `ageSeconds` since the latest event that it tells of. */
  alertDelivered(sink: string, ageSeconds: number): void;
  /** Whether the sink's circuit breaker keeps alerts from it. */
  sinkCircuit(sink: string, open: boolean): void;
  /** Age of the oldest outbox entry that was not yet in the queue. */
  outboxLag(seconds: number): void;
  /** Messages on their way to a sink, and how long the oldest has been; 0 when there is none. */
  undelivered(count: number, ageSeconds: number): void;
  /** Alerts that are open: of subjects and of campaigns. */
  openAlerts(count: number): void;
  /** Jobs of the queue by state; states that are not named keep their figure. */
  queueJobs(counts: Readonly<Record<string, number>>): void;
  workerRestarted(): void;
}

const maxKinds = 8;
/** As many as a sinks file may have, and `none`. */
const maxSinks = 17;
const maxStates = 8;

/** From what an open circuit or a first retry costs to the whole schedule of retries. */
const ageBuckets = [1, 5, 30, 120, 600, 3_600, 21_600, 86_400, 259_200];

const createSinkMetrics = (
  registry: Registry,
): Pick<AlertMetrics, 'alertDelivery' | 'alertDelivered' | 'sinkCircuit'> => {
  const sinkLabel = createLabelCap(maxSinks);
  const deliveries = createTally(registry, {
    name: `${metricPrefix}alert_deliveries_total`,
    help: 'Tries to hand an alert to a sink.',
    labels: ['sink', 'result'],
  });
  const age = new Histogram({
    name: `${metricPrefix}alert_delivery_age_seconds`,
    help: 'From the latest event that an alert tells of to its delivery.',
    labelNames: ['sink'],
    buckets: ageBuckets,
    registers: [registry],
  });
  const circuit = new Gauge({
    name: `${metricPrefix}sink_circuit_open`,
    help: '1 while a sink is left alone after failures, else 0.',
    labelNames: ['sink'],
    registers: [registry],
  });
  return {
    alertDelivery: (sink, result) => {
      deliveries.count({ sink: sinkLabel(sink), result });
    },
    alertDelivered: (sink, ageSeconds) => {
      age.observe({ sink: sinkLabel(sink) }, Math.max(ageSeconds, 0));
    },
    sinkCircuit: (sink, open) => {
      circuit.set({ sink: sinkLabel(sink) }, open ? 1 : 0);
    },
  };
};

const createUndeliveredGauges = (
  registry: Registry,
): Pick<AlertMetrics, 'undelivered' | 'openAlerts'> => {
  const undelivered = new Gauge({
    name: `${metricPrefix}alerts_undelivered`,
    help: 'Messages of alerts that are on their way to a sink.',
    registers: [registry],
  });
  const undeliveredAge = new Gauge({
    name: `${metricPrefix}alerts_undelivered_age_seconds`,
    help: 'How long the oldest undelivered message has been on its way.',
    registers: [registry],
  });
  const open = new Gauge({
    name: `${metricPrefix}alerts_open`,
    help: 'Alerts that are open.',
    registers: [registry],
  });
  return {
    undelivered: (count, ageSeconds) => {
      undelivered.set(count);
      undeliveredAge.set(ageSeconds);
    },
    openAlerts: (count) => {
      open.set(count);
    },
  };
};

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
    help: 'Alerts that were opened or grew worse.',
    labels: ['kind', 'severity'],
  });
  for (const kind of alertKinds) {
    for (const severity of alertSeverities) alerts.slot({ kind, severity });
  }
  const kindLabel = createLabelCap(maxKinds);
  return {
    alert: (kind, severity) => {
      alerts.count({ kind: kindLabel(kind), severity });
    },
    ...createSinkMetrics(registry),
    ...createUndeliveredGauges(registry),
    ...createQueueGauges(registry),
  };
};
