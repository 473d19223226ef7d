import { formats, type FormatName } from './formats/index.js';

/** What becomes of a vendor's rows, as a Markdown table. */
export const mappingTable = (name: FormatName): string =>
  [
    '| the row says | it becomes |',
    '| --- | --- |',
    ...formats[name].mapping.map(
      ({ says, becomes }) =>
        `| ${says} | ${becomes === 'irrelevant' ? '– (irrelevant)' : `\`${becomes}\``} |`,
    ),
  ].join('\n');
