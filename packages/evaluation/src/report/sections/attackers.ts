import { attackerNames, type AttackerName } from '../../login.js';
import { scorerNames, type EvaluationResults } from '../../results.js';
import { linearAxis, logAxis } from '../axis.js';
import { decimal, interval, percent } from '../figures.js';
import { linePlot } from '../line-plot.js';
import { markup, type Markup } from '../markup.js';
import { attackerLabels, attackerStories } from '../names.js';
import { figureOf, sectionOf, tableOf } from '../page-parts.js';
import { legendOf, scorerLooks, type Point } from '../series-look.js';

const leastAsked = 0.001;

type Attackers = EvaluationResults['attackers'];

/** What matters happens where few honest logins are asked: a plain axis would hide it in its edge. */
const across = logAxis({
  label: 'honest logins asked again (log)',
  from: leastAsked,
  to: 1,
  format: percent,
});
const up = linearAxis({ label: 'attempts caught', from: 0, to: 1, format: percent });

const places = Array.from({ length: 61 }, (_, index) => leastAsked ** (1 - index / 60));

/** Straight between two thresholds, which on a logarithmic axis is a bend. */
const caughtAt = (roc: readonly Point[], asked: number): number => {
  const index = roc.findLastIndex(([at]) => at <= asked);
  const [before, after] = [roc[index], roc[index + 1]];
  if (before === undefined) return Number.NaN;
  if (after === undefined) return before[1];
  const share = (asked - before[0]) / (after[0] - before[0]);
  return before[1] + share * (after[1] - before[1]);
};

const curveOf = (roc: readonly Point[]): readonly Point[] =>
  places.map((asked) => [asked, caughtAt(roc, asked)]);

const inWords = (name: AttackerName, attackers: Attackers): string =>
  scorerNames
    .map((scorer) => {
      const { auc, recallAt1Percent } = attackers[name][scorer];
      return `${scorerLooks[scorer].label}: area ${decimal(auc.mean)}, ${percent(recallAt1Percent.mean)} caught at 1 % of honest logins asked`;
    })
    .join('; ');

const rocOf = (name: AttackerName, attackers: Attackers): Markup =>
  figureOf(
    attackerLabels[name],
    linePlot({
      id: `roc-${name}`,
      title: `ROC, ${attackerLabels[name]} attacker`,
      description: `Share of attempts caught over share of honest logins asked again. ${inWords(name, attackers)}.`,
      x: across,
      y: up,
      series: scorerNames.map((scorer) => ({
        look: scorerLooks[scorer],
        points: curveOf(attackers[name][scorer].roc),
      })),
    }),
  );

const rowsOf = (attackers: Attackers): string[][] =>
  attackerNames.flatMap((name) =>
    scorerNames.map((scorer) => {
      const { auc, recallAt1Percent, recallAt5Percent, riskScoreRelation } =
        attackers[name][scorer];
      return [
        attackerLabels[name],
        scorerLooks[scorer].label,
        interval(auc),
        interval(recallAt1Percent),
        interval(recallAt5Percent),
        decimal(riskScoreRelation ?? Number.NaN, 2),
      ];
    }),
  );

export const attackersSection = ({ attackers }: EvaluationResults): Markup =>
  sectionOf({
    id: 'attackers',
    heading: 'Thief or owner',
    body: markup`<p>Every attacker here knows the password. A curve says how many of its attempts are caught
when so many honest logins are asked for more; higher and further left is better.</p>
<ul>${attackerNames.map(
      (name) => markup`<li><strong>${attackerLabels[name]}</strong>: ${attackerStories[name]}</li>`,
    )}</ul>
${legendOf(scorerNames.map((scorer) => scorerLooks[scorer]))}
<div class="plots">${attackerNames.map((name) => rocOf(name, attackers))}</div>
${tableOf({
  caption:
    'Area under the curve, recall, and mean risk of attempts over mean risk of honest logins',
  head: [
    'Attacker',
    'Scorer',
    'Area (AUC)',
    'Recall at 1 % asked',
    'Recall at 5 % asked',
    'Risk score relation',
  ],
  rows: rowsOf(attackers),
})}`,
  });
