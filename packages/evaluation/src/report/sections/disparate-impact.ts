import type { EvaluationResults, GroupImpact } from '../../results.js';
import { count, decimal, percent } from '../figures.js';
import { markup, type Markup } from '../markup.js';
import { groupLabels } from '../names.js';
import { sectionOf, tableOf } from '../page-parts.js';

const shares = ({ mean, low, high }: GroupImpact['stepUp']): string =>
  `${percent(mean)}\u00a0(${percent(low)}–${percent(high)})`;

const rowOf = (group: GroupImpact): string[] => [
  groupLabels[`${group.dimension} ${group.group}`] ?? `${group.dimension}: ${group.group}`,
  count(group.users),
  count(group.logins),
  shares(group.stepUp),
  group.ratio === null ? '–' : decimal(group.ratio, 1),
  shares(group.deny),
  count(group.attacks),
  group.caught === null ? '–' : percent(group.caught),
];

/** NIST SP 800-63B-4 asks whom a risk engine serves worse, and whether it works for them. */
export const disparateImpactSection = ({ disparateImpact }: EvaluationResults): Markup =>
  sectionOf({
    id: 'groups',
    heading: 'Whom it asks more often',
    body: markup`<p>Honest logins of each group, in the reported half, first logins included: how often they are
stepped up and refused, and how many times as often as the best-off group that differs in the same thing.
Behind them the attacks on users of the group, all attackers together, and how many were not let in.
Intervals: 95 of 100 draws of the users.</p>
${tableOf({
  caption: 'Step-ups, refusals and attacks caught, by group',
  head: ['Group', 'Users', 'Logins', 'Stepped up', 'Ratio', 'Refused', 'Attacks', 'Caught'],
  rows: disparateImpact.map(rowOf),
})}`,
  });
