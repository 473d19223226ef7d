import { rateBy, selected, type RowSpec } from '../panel.js';

const prompts = 'stepgate_push_prompts_total';
const answers = ', result=~"approved|denied|ignored|reported"';

const promptRate = (matchers = ''): string => rateBy('job', prompts, matchers);

/** Of the prompts that were answered, or told to have been ignored. */
const shareOf = (results: string): string =>
  `${promptRate(`, result=~"${results}"`)} / ${promptRate(answers)}`;

/** Alerts and rungs are rare: so many since the last point are read more easily than a rate. */
const increaseBy = (labels: string, metric: string): string =>
  `sum by (${labels}) (increase(${metric}{${selected}}[$__rate_interval]))`;

export const pushFatigue: RowSpec = {
  title: 'Push fatigue',
  panels: [
    {
      kind: 'timeseries',
      title: 'Push prompts by result',
      description: 'Denied, ignored and reported prompts rising together are push bombing.',
      unit: 'ops',
      span: 8,
      targets: [{ expr: rateBy('result', prompts), legend: '{{result}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Answers to prompts',
      description:
        'Shares of the answers. People approve nearly all of their own prompts; every refused one was hardly theirs.',
      unit: 'percentunit',
      span: 8,
      targets: [
        { expr: shareOf('approved'), legend: 'approved' },
        { expr: shareOf('denied|reported'), legend: 'denied or reported' },
        { expr: shareOf('ignored'), legend: 'ignored' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Prompts sent for each approval',
      description:
        'Little above 1 on a good day. It rises under an attack even where nobody reports ignored prompts.',
      unit: 'short',
      span: 8,
      targets: [
        {
          expr: `${promptRate(', result="sent"')} / ${promptRate(', result="approved"')}`,
          legend: 'sent for each approval',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Rungs reached',
      description:
        'Subjects that climbed to a rung of the ladder, by engines and by workers that let prompts run out.',
      unit: 'short',
      span: 8,
      targets: [{ expr: increaseBy('rung', 'stepgate_push_rungs_total'), legend: 'rung {{rung}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Alerts by kind and severity',
      description:
        'Opened, or grown worse. One push_approved_after_denials is a compromise until the opposite is shown.',
      unit: 'short',
      span: 8,
      targets: [
        {
          expr: increaseBy('kind, severity', 'stepgate_alerts_total'),
          legend: '{{kind}} {{severity}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Open alerts',
      description:
        'Of subjects and of campaigns; all workers see the same ones. No line at all: no worker runs.',
      unit: 'short',
      span: 8,
      targets: [{ expr: `max by (job) (stepgate_alerts_open{${selected}})`, legend: '{{job}}' }],
    },
  ],
};
