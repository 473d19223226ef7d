import { quantileBy, rateBy, type RowSpec } from '../panel.js';

export const gateway: RowSpec = {
  title: 'Gateway',
  panels: [
    {
      kind: 'timeseries',
      title: 'Enforcements',
      description: 'What the gateway did and why. engine_unreachable: it decided alone, strictly.',
      unit: 'reqps',
      span: 12,
      targets: [
        {
          expr: rateBy('outcome, cause', 'stepgate_enforcements_total'),
          legend: '{{outcome}} ({{cause}})',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Engine requests by result',
      description: 'p99 of the time until the engine answered the gateway, or failed to.',
      unit: 's',
      span: 12,
      targets: [
        {
          expr: quantileBy('le, result', 0.99, 'stepgate_engine_request_duration_seconds'),
          legend: '{{result}}',
        },
      ],
    },
  ],
};
