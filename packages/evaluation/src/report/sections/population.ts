import type { EvaluationResults } from '../../results.js';
import { value } from '../figures.js';
import { markup, type Markup } from '../markup.js';
import { sectionOf, tableOf } from '../page-parts.js';
import type { PublishedCurves } from '../published-curves.js';

const cannotShow: readonly string[] = [
  'How often real users are asked: the population is synthetic. Its parts are real (networks, cities, user agents, lists), how they meet in one login is ours.',
  'How real people travel: no public data were found. Journeys are few and simple here; the travel rule is tested with labelled cases instead.',
  'What round-trip time adds: it is made up here, and unusable in the published data.',
  'Diversity of user agents in 2020, on which the published results rest. Strings of today are largely frozen, and tell users apart less.',
  'Labelled takeovers: the published very targeted attackers are real incidents, those here are a recipe.',
  "Your users. Run the evaluation on your own logs: see docs/scoring.md, 'Your own logs'.",
];

export const populationSection = (
  { population }: EvaluationResults,
  published: PublishedCurves,
): Markup =>
  sectionOf({
    id: 'population',
    heading: 'The population',
    body: markup`${tableOf({
      caption: 'Logins of a user',
      head: ['Statistic', 'Here', 'Published'],
      rows: Object.entries(population.statistics).map(([name, measured]) => {
        const theirs = published.logins_per_user[name];
        return [name, value(measured), theirs === undefined ? '–' : value(theirs)];
      }),
    })}
<p>The parameters were calibrated once, with the published ratio as the only scorer, against the published
<em>naive</em> curves, and then frozen.</p>
${tableOf({
  caption: 'Parameters',
  head: ['Parameter', 'Value'],
  rows: Object.entries(population.parameters).map(([name, set]) => [name, value(set)]),
})}
<h3>What this population cannot show</h3>
<ul>${cannotShow.map((text) => markup`<li>${text}</li>`)}</ul>
<p class="soft">Published: ${published.cite}; data <a href="${published.url}">das-group/rba-dataset</a>, CC BY 4.0.</p>`,
  });
