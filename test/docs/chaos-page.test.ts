import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarios } from '../chaos/src/scenarios/index.js';

const file = join(__dirname, '../../docs/chaos.md');
const between = /(<!-- scenarios -->\n).*(<!-- \/scenarios -->)/s;

const table = (): string =>
  [
    '',
    '| scenario | promise |',
    '| --- | --- |',
    ...scenarios.map(({ name, promise }) => `| \`${name}\` | ${promise} |`),
    '',
    '',
  ].join('\n');

describe('docs/chaos.md', () => {
  it('tells of every scenario, in the order in which they are played', () => {
    const page = readFileSync(file, 'utf8');
    const wanted = page.replace(between, `$1${table()}$2`);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, wanted);
    const squeeze = (text: string): string => text.replaceAll(/ +|-{3,}/g, ' ');
    expect(squeeze(readFileSync(file, 'utf8'))).toBe(squeeze(wanted));
  });
});
