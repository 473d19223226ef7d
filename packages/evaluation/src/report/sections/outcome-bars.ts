import type { OutcomeShares } from '../../results.js';
import { linearAxis } from '../axis.js';
import { barPlot, type Bar } from '../bar-plot.js';
import { count, percent } from '../figures.js';
import type { Picture } from '../frame.js';
import { markup, type Markup } from '../markup.js';
import { behindPlot } from '../page-parts.js';

export interface NamedShares {
  readonly label: string;
  readonly shares: OutcomeShares;
}

export const sharesTable = (caption: string, named: readonly NamedShares[]): Markup =>
  behindPlot({
    caption,
    head: ['Who', 'Logins', 'Allowed', 'Stepped up', 'Denied'],
    rows: named.map(({ label, shares: { n, allow, stepUp, deny } }) => [
      label,
      count(n),
      percent(allow),
      percent(stepUp),
      percent(deny),
    ]),
  });

const barOf = ({ label, shares: { allow, stepUp, deny } }: NamedShares): Bar => ({
  label,
  parts: [
    { value: allow, fill: 'allow' },
    { value: stepUp, fill: 'step-up' },
    { value: deny, fill: 'deny' },
  ],
  text: `${percent(allow)} · ${percent(stepUp)} · ${percent(deny)}`,
});

const inWords = ({ label, shares: { allow, stepUp, deny } }: NamedShares): string =>
  `${label}: ${percent(allow)} allowed, ${percent(stepUp)} stepped up, ${percent(deny)} denied`;

/** Allowed, stepped up, denied: one bar each, as long as the whole. */
export const outcomeBars = (
  { id, title }: Pick<Picture, 'id' | 'title'>,
  named: readonly NamedShares[],
): Markup => markup`${barPlot({
  id,
  title,
  description: `${named.map(inWords).join('; ')}.`,
  x: linearAxis({
    label: 'share: allowed (plain), stepped up (striped), denied (crossed)',
    from: 0,
    to: 1,
    format: percent,
  }),
  bars: named.map(barOf),
})}
${sharesTable(title, named)}`;
