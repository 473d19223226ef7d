import { rateBy, selected, type RowSpec } from '../panel.js';

export const pushAndAlerts: RowSpec = {
  title: 'Push prompts and alerts',
  panels: [
    {
      kind: 'timeseries',
      title: 'Push prompts by result',
      description: 'Denied, ignored and reported prompts rising together are push bombing.',
      unit: 'ops',
      span: 8,
      targets: [{ expr: rateBy('result', 'stepgate_push_prompts_total'), legend: '{{result}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Events by type',
      description:
        'What identity providers and gateways report. Silence means that reports stopped.',
      unit: 'ops',
      span: 8,
      targets: [{ expr: rateBy('type', 'stepgate_events_total'), legend: '{{type}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Alerts',
      description: 'Alerts raised, by kind and severity.',
      unit: 'ops',
      span: 8,
      targets: [
        {
          expr: rateBy('kind, severity', 'stepgate_alerts_total'),
          legend: '{{kind}} {{severity}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Alert deliveries',
      description: 'Tries by sink and result. Retries are normal, dead letters are not.',
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
      title: 'Outbox lag',
      description: 'How long the oldest alert has waited. The alert is at 60 s.',
      unit: 's',
      span: 8,
      targets: [
        { expr: `max by (job) (stepgate_outbox_lag_seconds{${selected}})`, legend: '{{job}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Queue jobs by state',
      description:
        'All workers see the same queue, hence the maximum. Failed jobs are dead letters.',
      unit: 'short',
      span: 8,
      targets: [
        { expr: `max by (state) (stepgate_queue_jobs{${selected}})`, legend: '{{state}}' },
        {
          expr: `sum(increase(stepgate_queue_worker_restarts_total{${selected}}[$__rate_interval]))`,
          legend: 'worker restarts',
        },
      ],
    },
  ],
};
