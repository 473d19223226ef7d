import { quantileBy, rateBy, selected, type RowSpec } from '../panel.js';

export const state: RowSpec = {
  title: 'State, policies and versions',
  panels: [
    {
      kind: 'stat',
      title: 'Redis',
      description: '1 while each service gets its answers in time. 0: decisions are degraded.',
      unit: 'none',
      span: 6,
      targets: [{ expr: `min by (job) (stepgate_redis_up{${selected}})`, legend: '{{job}}' }],
    },
    {
      kind: 'stat',
      title: 'Policies in force',
      description:
        'Two versions of one policy for longer than a roll-out: an engine refused the newest.',
      unit: 'none',
      span: 12,
      targets: [
        {
          expr: `count by (policy, version) (stepgate_policy_info{${selected}})`,
          legend: '{{policy}} {{version}}',
        },
      ],
    },
    {
      kind: 'stat',
      title: 'Versions',
      description: 'Instances by version.',
      unit: 'none',
      span: 6,
      targets: [
        {
          expr: `count by (job, version) (stepgate_build_info{${selected}})`,
          legend: '{{job}} {{version}}',
        },
      ],
    },
    {
      kind: 'stat',
      title: 'Audit log',
      description: '0: an engine cannot write its audit log and its decisions are degraded.',
      unit: 'none',
      span: 6,
      targets: [{ expr: `min(stepgate_audit_writable{${selected}})`, legend: 'writable' }],
    },
    {
      kind: 'timeseries',
      title: 'Redis latency by script',
      description: 'p99 as the services see it, time-outs included.',
      unit: 's',
      span: 12,
      targets: [
        {
          expr: quantileBy('le, script', 0.99, 'stepgate_redis_command_duration_seconds'),
          legend: '{{script}}',
        },
      ],
    },
    {
      kind: 'stat',
      title: 'State emptied',
      description: '1: Redis has lost its state, or holds none; decisions are degraded.',
      unit: 'none',
      span: 6,
      targets: [{ expr: `max(stepgate_state_emptied{${selected}})`, legend: 'emptied' }],
    },
    {
      kind: 'timeseries',
      title: 'Known to be kept',
      description:
        'Denials, completions and events. false: the append-only file or a replica of Redis is missing.',
      unit: 'ops',
      span: 12,
      targets: [
        { expr: rateBy('kind, durable', 'stepgate_durable_total'), legend: '{{kind}} {{durable}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Requests turned away',
      description: 'rate: a caller asks too fast. overload: more than the engines can do.',
      unit: 'ops',
      span: 12,
      targets: [{ expr: rateBy('reason', 'stepgate_requests_shed_total'), legend: '{{reason}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Policy reloads',
      description: 'Refused: the newest files have problems and the last good ones stay.',
      unit: 'ops',
      span: 12,
      targets: [{ expr: rateBy('result', 'stepgate_policy_reloads_total'), legend: '{{result}}' }],
    },
  ],
};
