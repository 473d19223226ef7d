import { rateBy, type RowSpec } from '../panel.js';

const rows = 'stepgate_idp_rows_total';

export const events: RowSpec = {
  title: 'Events and logs of identity providers',
  panels: [
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
      title: 'Imported rows by format and result',
      description: 'Rows of logs of identity providers, by what became of them.',
      unit: 'ops',
      span: 8,
      targets: [{ expr: rateBy('format, result', rows), legend: '{{format}} {{result}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Share of unknown rows',
      description:
        'An unknown row may be a denial that nobody counts. The rule fires above one in twenty.',
      unit: 'percentunit',
      span: 8,
      targets: [
        {
          expr: `${rateBy('format', rows, ', result="unknown"')} / ${rateBy('format', rows)}`,
          legend: '{{format}}',
        },
      ],
    },
  ],
};
