import { quantileBy, rateBy, type RowSpec } from '../panel.js';

const duration = 'stepgate_decision_duration_seconds';

export const decisions: RowSpec = {
  title: 'Decisions',
  panels: [
    {
      kind: 'timeseries',
      title: 'Decisions by outcome',
      description:
        'A sudden change of the mix is an attack, a new policy or a broken signal; see StepgateOutcomeRatioMoved.',
      unit: 'reqps',
      span: 8,
      targets: [{ expr: rateBy('outcome', 'stepgate_decisions_total'), legend: '{{outcome}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Decision time',
      description: 'From the parsed attempt to its decision. The alert is at 100 ms for p99.',
      unit: 's',
      span: 8,
      targets: [
        { expr: quantileBy('le', 0.5, duration), legend: 'p50' },
        { expr: quantileBy('le', 0.95, duration), legend: 'p95' },
        { expr: quantileBy('le', 0.99, duration), legend: 'p99' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Degraded decisions',
      description: 'Share of decisions made without a part of the state or of the signals.',
      unit: 'percentunit',
      span: 8,
      targets: [
        {
          expr: `${rateBy('job', 'stepgate_decisions_total', ', degraded="true"')} / ${rateBy('job', 'stepgate_decisions_total')}`,
          legend: '{{job}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Risk score',
      description: 'Half, and nine in ten, of the attempts score below these lines (0 to 100).',
      unit: 'short',
      span: 8,
      targets: [
        { expr: quantileBy('le', 0.5, 'stepgate_risk_score'), legend: 'p50' },
        { expr: quantileBy('le', 0.9, 'stepgate_risk_score'), legend: 'p90' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Decisions by level and policy',
      description: 'Which policy governs, and how risky it finds what it sees.',
      unit: 'reqps',
      span: 8,
      targets: [
        {
          expr: rateBy('policy, level', 'stepgate_decisions_total'),
          legend: '{{policy}} {{level}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Completions by outcome',
      description: 'What became of step-ups that users came back from.',
      unit: 'reqps',
      span: 8,
      targets: [{ expr: rateBy('outcome', 'stepgate_completions_total'), legend: '{{outcome}}' }],
    },
  ],
};
