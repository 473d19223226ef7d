import type { EvaluationCheck, EvaluationResults } from '../../results.js';
import { count, value } from '../figures.js';
import { markup, nothing, type Markup } from '../markup.js';
import { sectionOf, tableOf } from '../page-parts.js';

export const verdictText = (checks: readonly EvaluationCheck[]): string => {
  const failing = checks.filter(({ holds }) => !holds).length;
  // No checks prove nothing.
  if (checks.length === 0) return 'Nothing was checked.';
  if (failing === 0) return `All ${count(checks.length)} checks hold.`;
  return `${count(failing)} of ${count(checks.length)} checks ${failing === 1 ? 'does' : 'do'} not hold.`;
};

const holdsCell = (holds: boolean): Markup =>
  holds
    ? markup`<span class="holds">✓ holds</span>`
    : markup`<span class="fails">✗ does not hold</span>`;

const quickWarning = (quick: boolean): Markup =>
  quick
    ? markup`<p><strong>A quick run:</strong> fewer users and seeds. It finds what is broken; its figures are not for quoting.</p>`
    : nothing;

export const verdictSection = ({
  checks,
  quick,
  seeds,
  seconds,
  population,
}: EvaluationResults) => {
  const held = checks.length > 0 && checks.every(({ holds }) => holds);
  return sectionOf({
    id: 'checks',
    heading: 'Verdict',
    body: markup`<p class="verdict ${held ? 'holds' : 'fails'}">${verdictText(checks)}</p>
${quickWarning(quick)}
<p>Synthetic populations of ${count(population.users)} users and ${count(population.attemptsPerAttacker)} attempts of each attacker,
one for each of the seeds ${seeds.join(', ')}; ${count(population.logins)} logins in all, in ${count(seconds)} seconds.
Figures in brackets are 95 % intervals, by bootstrap over users and seeds.</p>
${tableOf({
  caption: 'What the project holds itself to',
  head: ['Check', 'Measured', 'Target', 'Verdict'],
  rows: checks.map(({ name, value: measured, target, holds }) => [
    name,
    value(measured),
    target,
    holdsCell(holds),
  ]),
})}`,
  });
};
