import { scorerNames, type EvaluationResults } from '../../results.js';
import { linearAxis } from '../axis.js';
import { decimal } from '../figures.js';
import { linePlot, type Series } from '../line-plot.js';
import { markup, type Markup } from '../markup.js';
import { attackerLabels } from '../names.js';
import { behindPlot, figureOf, sectionOf } from '../page-parts.js';
import {
  pointsOf,
  publishedAttackers,
  truePositiveRates,
  type PublishedAttacker,
  type PublishedCurves,
  type TruePositiveRate,
} from '../published-curves.js';
import { legendOf, publishedLook, scorerLooks } from '../series-look.js';

interface Asked {
  readonly attacker: PublishedAttacker;
  readonly rate: TruePositiveRate;
  readonly series: readonly Series[];
}

const caught = (rate: TruePositiveRate): string => `${decimal(Number(rate) * 100, 1)} % caught`;

/** Without attempts there is no threshold, and no curve. */
const allAsked = ({ attackers }: EvaluationResults, published: PublishedCurves): Asked[] =>
  publishedAttackers.flatMap((attacker) =>
    truePositiveRates.map((rate) => ({
      attacker,
      rate,
      series: [
        { look: publishedLook, points: pointsOf(published.reauthentications[attacker][rate]) },
        ...scorerNames.map((scorer) => ({
          look: scorerLooks[scorer],
          points: pointsOf(attackers[attacker][scorer].reauthentications[rate]),
        })),
      ].filter(({ points }) => points.length > 0),
    })),
  );

/** Three rules have no threshold to choose: what they ask goes off every scale. The table has them. */
const drawn = (asked: Asked): Asked => ({
  ...asked,
  series: asked.series.filter(({ look }) => look !== scorerLooks.rules_only),
});

const largest = (asked: readonly Asked[], dimension: 0 | 1): number =>
  Math.max(
    1,
    ...asked
      .flatMap(({ series }) => series.flatMap(({ points }) => points))
      .map((point) => point[dimension]),
  );

const latest = ({ look, points }: Series): string => {
  const [size, times] = points.at(-1) ?? [0, 0];
  return `${look.label}: ${String(times)} after ${String(size)} logins`;
};

const plotOf = (asked: Asked, all: readonly Asked[]): Markup => {
  const { attacker, rate, series } = asked;
  const title = `${attackerLabels[attacker]}, ${caught(rate)}`;
  return figureOf(
    title,
    linePlot({
      id: `asked-${attacker}-${rate.replace('.', '')}`,
      title: `Re-authentications, ${title}`,
      description: `Median number of times that a user was asked, over logins so far. ${series.map(latest).join('; ')}.`,
      x: linearAxis({ label: 'logins so far', from: 0, to: largest(all, 0), format: String }),
      y: linearAxis({
        label: 'times asked (median)',
        from: 0,
        to: largest(
          all.filter((each) => each.attacker === attacker),
          1,
        ),
        format: String,
      }),
      series,
    }),
  );
};

const sizes = [4, 12, 30];

const rowsOf = (asked: readonly Asked[]): string[][] =>
  asked.flatMap(({ attacker, rate, series }) =>
    series.map(({ look, points }) => [
      attackerLabels[attacker],
      caught(rate),
      look.label,
      ...sizes.map((size) => String(points.find(([at]) => at === size)?.[1] ?? '–')),
    ]),
  );

export const reauthenticationsSection = (
  results: EvaluationResults,
  published: PublishedCurves,
): Markup => {
  const asked = allAsked(results, published);
  const plotted = asked.map(drawn);
  return sectionOf({
    id: 'asked',
    heading: 'How often the owner is asked',
    body: markup`<p>The threshold is set so that the given share of attempts is caught; then the times are counted
that an honest user would have been asked. Published are figures of a real service; they were read off its
plots, with gaps where one marker hides another. The population here was calibrated to the published
<em>naive</em> curves alone: for the other attackers the published ones are context, not a target.</p>
${legendOf([...new Set(plotted.flatMap(({ series }) => series.map(({ look }) => look)))])}
<div class="plots">${plotted.map((each) => plotOf(each, plotted))}</div>
${behindPlot({
  caption: 'Median re-authentications after so many logins',
  head: ['Attacker', 'Threshold', 'Scorer', ...sizes.map((size) => `after ${String(size)}`)],
  rows: rowsOf(asked),
})}
<p class="soft">Published: ${published.cite}; data <a href="${published.url}">das-group/rba-dataset</a>, CC BY 4.0.</p>`,
  });
};
