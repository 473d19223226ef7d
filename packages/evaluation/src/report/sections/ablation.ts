import { attackerNames, type AttackerName } from '../../login.js';
import type { EvaluationResults } from '../../results.js';
import { linearAxis } from '../axis.js';
import { barPlot } from '../bar-plot.js';
import { decimal } from '../figures.js';
import { markup, type Markup } from '../markup.js';
import { attackerLabels } from '../names.js';
import { figureOf, sectionOf, tableOf } from '../page-parts.js';

/** In hundredths of all attempts; above zero: the feature helps. */
const lossOf = (results: EvaluationResults, name: AttackerName) =>
  results.ablation.map(({ without, recallAt1Percent }) => ({
    without,
    points:
      100 *
      (results.attackers[name].stepgate_device.recallAt1Percent.mean - recallAt1Percent[name]),
  }));

const lossPlot = (results: EvaluationResults, name: AttackerName): Markup => {
  const losses = lossOf(results, name).toSorted((one, other) => other.points - one.points);
  const inWords = losses.map(({ without, points }) => `${without} ${decimal(points, 1)}`);
  const points = losses.map((loss) => loss.points);
  return figureOf(
    `${attackerLabels[name]}: recall lost without the feature, in percentage points`,
    barPlot({
      id: `without-${name}`,
      title: `Recall lost without each feature, ${attackerLabels[name]} attacker`,
      description: `Percentage points of recall at 1 % of honest logins asked: ${inWords.join('; ')}.`,
      x: linearAxis({
        label: 'percentage points of recall at 1 % of honest logins asked',
        from: Math.min(0, ...points),
        to: Math.max(1, ...points),
        format: (value) => String(value),
      }),
      bars: losses.map((loss) => ({
        label: loss.without,
        parts: [{ value: loss.points, fill: 'plain' }],
        text: decimal(loss.points, 1),
      })),
      yardstick: { at: 0, label: 'no loss' },
    }),
  );
};

const rowsOf = ({ attackers, ablation }: EvaluationResults): string[][] => [
  [
    'nothing left out',
    ...attackerNames.map((name) => {
      const { auc, recallAt1Percent } = attackers[name].stepgate_device;
      return `${decimal(auc.mean)} / ${decimal(recallAt1Percent.mean)}`;
    }),
  ],
  ...ablation.map(({ without, auc, recallAt1Percent }) => [
    without,
    ...attackerNames.map((name) => `${decimal(auc[name])} / ${decimal(recallAt1Percent[name])}`),
  ]),
];

export const ablationSection = (results: EvaluationResults): Markup =>
  sectionOf({
    id: 'ablation',
    heading: 'What each feature is worth',
    body: markup`<p>stepgate with device tokens, run again with one feature left out. A bar to the left of zero means
that for this attacker the feature does harm.</p>
${(['vpn', 'targeted'] as const).map((name) => lossPlot(results, name))}
${tableOf({
  caption: 'Area under the curve / recall at 1 % of honest logins asked, without one feature',
  head: ['Without', ...attackerNames.map((name) => attackerLabels[name])],
  rows: rowsOf(results),
})}`,
  });
