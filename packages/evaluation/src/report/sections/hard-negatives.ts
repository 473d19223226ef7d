import { hardNegativeNames } from '../../login.js';
import type { EvaluationResults } from '../../results.js';
import { linearAxis } from '../axis.js';
import { barPlot } from '../bar-plot.js';
import { percent } from '../figures.js';
import { markup, type Markup } from '../markup.js';
import { hardNegativeLabels } from '../names.js';
import { figureOf, sectionOf } from '../page-parts.js';
import { sharesTable } from './outcome-bars.js';

export const hardNegativesSection = ({ outcomes }: EvaluationResults): Markup => {
  const named = hardNegativeNames.map((name) => ({
    label: hardNegativeLabels[name],
    shares: outcomes.hardNegatives[name],
  }));
  const home = outcomes.hardNegatives.home.stepUp;
  const most = Math.max(0.05, ...named.map(({ shares }) => shares.stepUp));
  const inWords = named.map(({ label, shares }) => `${label} ${percent(shares.stepUp)}`);
  return sectionOf({
    id: 'hard-negatives',
    heading: 'Honest logins that look strange',
    body: markup`<p>Each of these is the owner. How often each is stepped up is the price of the curves above; the
dashed line is the rate of an ordinary login at home.</p>
${figureOf(
  'Step-up rate by kind of honest login',
  barPlot({
    id: 'step-ups',
    title: 'Step-up rate by kind of honest login',
    description: `Share that is stepped up: ${inWords.join('; ')}.`,
    x: linearAxis({ label: 'share that is stepped up', from: 0, to: most, format: percent }),
    bars: named.map(({ label, shares }) => ({
      label,
      parts: [{ value: shares.stepUp, fill: 'step-up' }],
      text: percent(shares.stepUp),
    })),
    yardstick: { at: home, label: `home ${percent(home)}` },
  }),
)}
${sharesTable('Outcomes by kind of honest login', named)}`,
  });
};
