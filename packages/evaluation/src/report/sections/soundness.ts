import type { EvaluationResults } from '../../results.js';
import { count } from '../figures.js';
import { markup, type Markup } from '../markup.js';
import { listOf, sectionOf, tableOf } from '../page-parts.js';

export const soundnessSection = ({ travel, agreement, invariants }: EvaluationResults): Markup =>
  sectionOf({
    id: 'soundness',
    heading: 'Travel, and whether the figures are sound',
    body: markup`<p>${count(travel.cases)} labelled journeys, made by hand.</p>
<h3>False alarms (${count(travel.falseAlarms.length)})</h3>
${listOf(travel.falseAlarms)}
<h3>Missed (${count(travel.misses.length)})</h3>
${listOf(travel.misses)}
<h3>Over HTTP and in process</h3>
<p>${count(agreement.compared)} decisions were made both ways; ${count(agreement.disagreements.length)} differ.</p>
${listOf(agreement.disagreements)}
${tableOf({
  caption: 'Promises of the score, and how often each was broken',
  head: ['Promise', 'Broken'],
  rows: [
    ['The points of the reasons add up to the score', count(invariants.notAdditive)],
    ['The same input has the same answer', count(invariants.notDeterministic)],
    ["Failed attempts never lower an attacker's later score", count(invariants.loweredByFailures)],
  ],
})}`,
  });
