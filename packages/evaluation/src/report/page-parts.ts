import { markup, type Markup } from './markup.js';

type Cell = string | Markup;

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Cell[])[];
}

const rowOf = ([name = '', ...cells]: readonly Cell[]): Markup =>
  markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;

export const tableOf = ({ caption, head, rows }: Table): Markup =>
  markup`<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(rowOf)}
</tbody>
</table></div>`;

/** The figures behind a plot, for those who cannot see it or want the numbers. */
export const behindPlot = (table: Table): Markup =>
  markup`<details><summary>Figures as a table</summary>${tableOf(table)}</details>`;

export const figureOf = (caption: string, plot: Markup): Markup =>
  markup`<figure><figcaption>${caption}</figcaption>
${plot}
</figure>`;

export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly body: Markup;
}

export const sectionOf = ({ id, heading, body }: Section): Markup =>
  markup`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${body}
</section>`;

/** For what was found by name: false alarms, misses, disagreements. Long lists are cut, and say so. */
export const listOf = (names: readonly string[], most = 40): Markup => {
  if (names.length === 0) return markup`<p>None.</p>`;
  const rest = names.length - most;
  const shown = names.slice(0, most).map((name) => markup`<li>${name}</li>`);
  const more = rest > 0 ? [markup`<li>… and ${rest} more, in the JSON</li>`] : [];
  return markup`<ul>${[...shown, ...more]}</ul>`;
};
