import { rateBy, selected, type RowSpec } from '../panel.js';

export const reasons: RowSpec = {
  title: 'Reasons and signals',
  panels: [
    {
      kind: 'timeseries',
      title: 'Findings by reason',
      description: 'What the detectors saw. Reasons that a policy defines count as "policy".',
      unit: 'ops',
      span: 12,
      targets: [{ expr: rateBy('reason', 'stepgate_findings_total'), legend: '{{reason}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Signals unavailable',
      description: 'Share of attempts that lacked a signal. Each costs what the policy says.',
      unit: 'percentunit',
      span: 12,
      targets: [
        {
          expr: `${rateBy('signal', 'stepgate_signals_total', ', state="unavailable"')} / ${rateBy('signal', 'stepgate_signals_total')}`,
          legend: '{{signal}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Limits exceeded',
      description: 'Attempts beyond a limit of the policy.',
      unit: 'ops',
      span: 8,
      targets: [{ expr: rateBy('limit', 'stepgate_limits_exceeded_total'), legend: '{{limit}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Shadow disagreements',
      description:
        'What a policy in shadow would have decided otherwise; judge it before enforcing.',
      unit: 'ops',
      span: 8,
      targets: [
        {
          expr: rateBy('policy, enforced, shadow', 'stepgate_shadow_disagreements_total'),
          legend: '{{policy}}: {{enforced}}, not {{shadow}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Age of signal data',
      description: 'Old lists miss new exits. It grows steadily when a feed stopped being renewed.',
      unit: 's',
      span: 8,
      targets: [
        {
          expr: `max by (source) (stepgate_intel_data_age_seconds{${selected}})`,
          legend: '{{source}}',
        },
      ],
    },
  ],
};
