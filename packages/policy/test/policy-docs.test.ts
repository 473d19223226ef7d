import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectors, factTypes } from '@stepgate/engine';
import { parsePolicy, parsePolicyTests } from '@stepgate/policy';
import { yamlDefault, yamlName } from '../src/schema/detectors.js';

const page = readFileSync(join(__dirname, '../../../docs/policy.md'), 'utf8');

const snippets = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

const problemsOf = (snippet: string): readonly unknown[] => {
  if (snippet.startsWith('stepgate_tests:')) {
    const parsed = parsePolicyTests(snippet);
    return parsed.kind === 'problems' ? parsed.problems : [];
  }
  const head = snippet.startsWith('stepgate:') ? '' : 'stepgate: v1\npolicy: example\n';
  const parsed = parsePolicy(head + snippet, { version: 'v' });
  return parsed.kind === 'problems' ? parsed.problems : [];
};

const rowsAfter = (marker: string): readonly string[] => {
  const from = page.slice(page.indexOf(`<!-- ${marker}:`));
  return (/\n\n?(\|[\s\S]*?\n)\n/.exec(from)?.[1] ?? '').trim().split('\n').slice(2);
};

const cellsOf = (row: string): readonly string[] => row.split('|').map((cell) => cell.trim());

describe('docs/policy.md', () => {
  it('has snippets, and each of them is free of problems', () => {
    expect(snippets.length).toBeGreaterThan(8);
    expect(snippets.map((snippet) => problemsOf(snippet))).toEqual(snippets.map(() => []));
  });

  it('lists exactly the names that expressions know', () => {
    const known = Object.entries(factTypes).flatMap(([group, fields]) =>
      Object.keys(fields).map((field) => `\`${group}.${field}\``),
    );
    expect(rowsAfter('names').map((row) => cellsOf(row)[1])).toEqual(known);
  });

  it('lists exactly the detectors, their settings and their defaults', () => {
    const shown = (value: unknown): string =>
      typeof value === 'object' && value !== null
        ? `{${Object.entries(value)
            .map(([key, points]) => `${key}: ${String(points)}`)
            .join(', ')}}`
        : String(value);
    const expected = Object.entries(detectors).map(([name, { defaults }]) => [
      `\`${name}\``,
      Object.entries(defaults)
        .map(
          ([setting, value]) => `\`${yamlName(setting)}: ${shown(yamlDefault(setting, value))}\``,
        )
        .join(', '),
    ]);
    expect(rowsAfter('detectors').map((row) => cellsOf(row).slice(1, 3))).toEqual(expected);
  });
});
