import type { EvaluationResults } from '../../results.js';
import { linearAxis } from '../axis.js';
import { percent } from '../figures.js';
import { linePlot } from '../line-plot.js';
import { markup, type Markup } from '../markup.js';
import { figureOf, sectionOf } from '../page-parts.js';
import { scorerLooks, type Point } from '../series-look.js';
import { sharesTable } from './outcome-bars.js';

export const coldStartSection = ({ outcomes }: EvaluationResults): Markup => {
  const logins = outcomes.byLoginNumber;
  const points = logins.map(({ stepUp }, index): Point => [index + 1, stepUp]);
  const [first, last] = [logins[0]?.stepUp ?? Number.NaN, logins.at(-1)?.stepUp ?? Number.NaN];
  return sectionOf({
    id: 'cold-start',
    heading: 'The first logins of a user',
    body: markup`<p>A user without history cannot be told from a thief by habits. The model says so
(<code>history_insufficient</code>) and the other detectors decide.</p>
${figureOf(
  'Step-up rate of the owner by login number',
  linePlot({
    id: 'first-logins',
    title: 'Step-up rate of the owner by login number',
    description: `Share of honest logins stepped up: ${percent(first)} at the first login, ${percent(last)} at login ${String(logins.length)}.`,
    x: linearAxis({
      label: "the user's login number",
      from: 0,
      to: Math.max(2, logins.length),
      format: String,
    }),
    y: linearAxis({ label: 'stepped up', from: 0, to: 1, format: percent }),
    series: [{ look: scorerLooks.stepgate_device, points }],
  }),
)}
${sharesTable(
  'Outcomes by login number',
  logins.map((shares, index) => ({ label: `login ${String(index + 1)}`, shares })),
)}`,
  });
};
