import { quantileBy, rateBy, selected, type RowSpec } from '../panel.js';

const age = 'stepgate_alert_delivery_age_seconds';

/** All workers see the same outbox and queues, hence the maximum. */
const seenBy = (labels: string, gauge: string, matchers = ''): string =>
  `max by (${labels}) (${gauge}{${selected}${matchers}})`;

export const alertDelivery: RowSpec = {
  title: 'Alert delivery',
  panels: [
    {
      kind: 'timeseries',
      title: 'Age of alerts at delivery',
      description:
        'From the latest event that a message tells of to its delivery. Seconds are normal.',
      unit: 's',
      span: 8,
      targets: [
        { expr: quantileBy('le, sink', 0.5, age), legend: '{{sink}} p50' },
        { expr: quantileBy('le, sink', 0.95, age), legend: '{{sink}} p95' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Deliveries by sink and result',
      description:
        'Retries are normal, dead letters are not. Unwanted: no sink takes messages of that severity or tenant.',
      unit: 'ops',
      span: 8,
      targets: [
        {
          expr: rateBy('sink, result', 'stepgate_alert_deliveries_total'),
          legend: '{{sink}} {{result}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Age of what waits',
      description:
        'The oldest alert in the outbox (its rule fires at 60 s), and the oldest message on its way to a sink (10 min, 1 h).',
      unit: 's',
      span: 8,
      targets: [
        { expr: seenBy('job', 'stepgate_outbox_lag_seconds'), legend: 'in the outbox' },
        { expr: seenBy('job', 'stepgate_alerts_undelivered_age_seconds'), legend: 'undelivered' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Undelivered and dead letters',
      description:
        'Undelivered messages are still tried. Dead letters were given up: list and replay them.',
      unit: 'short',
      span: 8,
      targets: [
        { expr: seenBy('job', 'stepgate_alerts_undelivered'), legend: 'undelivered' },
        {
          expr: seenBy('job', 'stepgate_queue_jobs', ', state="failed"'),
          legend: 'dead letters',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Circuits open',
      description: '1 while a worker leaves a sink alone after failures in a row.',
      unit: 'short',
      span: 8,
      targets: [{ expr: seenBy('sink', 'stepgate_sink_circuit_open'), legend: '{{sink}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Queue jobs by state',
      description: 'Delayed jobs wait for their next try. Restarts: a worker took no jobs.',
      unit: 'short',
      span: 8,
      targets: [
        { expr: seenBy('state', 'stepgate_queue_jobs'), legend: '{{state}}' },
        {
          expr: `sum(increase(stepgate_queue_worker_restarts_total{${selected}}[$__rate_interval]))`,
          legend: 'worker restarts',
        },
      ],
    },
  ],
};
