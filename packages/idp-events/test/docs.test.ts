import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNames, formats, mappingTable } from '../src/index.js';

const page = join(__dirname, '../../../docs/idp-events.md');

/** The page with every table as the code has it. */
const rendered = (text: string): string =>
  text.replaceAll(
    /(<!-- mapping (\w+) -->\n)[\s\S]*?(<!-- \/mapping -->)/g,
    (whole, ...[start, found, end]: readonly string[]) => {
      const name = formatNames.find((one) => one === found);
      return name === undefined ? whole : `${start ?? ''}${mappingTable(name)}\n${end ?? ''}`;
    },
  );

describe('docs/idp-events.md', () => {
  it('has the tables that the code reads by (UPDATE_DOCS=1 writes them again)', () => {
    const text = readFileSync(page, 'utf8');
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, rendered(text));
    const now = readFileSync(page, 'utf8');
    expect(now).toBe(rendered(now));
  });

  it('has one for each format', () => {
    const tables = [...readFileSync(page, 'utf8').matchAll(/<!-- mapping (\w+) -->/g)];
    expect(tables.map(([, name]) => name)).toEqual(formatNames);
  });

  it.each(formatNames)('has rows for %s that are different from each other', (name) => {
    const says = formats[name].mapping.map((row) => row.says);
    expect(new Set(says).size).toBe(says.length);
    expect(says.every((one) => !/[|\n]/.test(one))).toBe(true);
  });
});
