import { attackerNames, sequenceNames } from '../../login.js';
import type { EvaluationResults } from '../../results.js';
import { markup, type Markup } from '../markup.js';
import { attackerLabels, sequenceLabels } from '../names.js';
import { figureOf, sectionOf } from '../page-parts.js';
import { outcomeBars } from './outcome-bars.js';

export const outcomesSection = ({ outcomes }: EvaluationResults): Markup => {
  const attackers = attackerNames.map((name) => ({
    label: attackerLabels[name],
    shares: outcomes.attackers[name],
  }));
  const sequences = sequenceNames.map((name) => ({
    label: sequenceLabels[name],
    shares: outcomes.sequences[name],
  }));
  const everybody = [{ label: 'owner', shares: outcomes.owner }, ...attackers];
  return sectionOf({
    id: 'outcomes',
    heading: 'What the shipped policy does',
    body: markup`<p>The curves above move a threshold; here the shipped policy decides, device tokens in use. A
step-up stops a thief who has only the password, and costs the owner a prompt.</p>
${figureOf(
  'Outcomes for the owner and for each attacker',
  outcomeBars({ id: 'outcomes-attackers', title: 'Outcomes by attacker' }, everybody),
)}
${figureOf(
  'Outcomes for waves of attempts',
  outcomeBars({ id: 'outcomes-sequences', title: 'Outcomes by wave of attempts' }, sequences),
)}`,
  });
};
