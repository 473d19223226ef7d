import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { globals, purePackages, syntax } from '../../scripts/purity-rule.cjs';
import { readText, repositoryFiles } from './repository.js';

const linter = new Linter();

/** The purity rule alone, as eslint.config.js sets it, and deaf to `eslint-disable`. */
const impurities = (text: string): string[] =>
  linter
    .verify(
      text,
      {
        files: ['**/*.ts'],
        languageOptions: { parser },
        linterOptions: { noInlineConfig: true },
        rules: {
          'no-restricted-globals': ['error', ...globals],
          'no-restricted-syntax': ['error', ...syntax],
        },
      },
      { filename: 'probe.ts' },
    )
    .filter(({ ruleId, fatal }) => fatal === true || ruleId?.startsWith('no-restricted-') === true)
    .map(({ message }) => message);

const pureSources = repositoryFiles().filter((path) =>
  purePackages.some((name) => path.startsWith(`packages/${name}/src/`)),
);

describe('the pure packages', () => {
  it.each(pureSources)('%s touches no clock, no randomness, no IO', (path) => {
    expect(impurities(readText(path))).toEqual([]);
  });

  it.each([
    'export const at = Date.now();',
    'export const at = new Date();',
    'export const at = Date();',
    'export const die = Math.random();',
    'export const home = process.env;',
    'export const ask = () => fetch("http://localhost");',
    'export const later = (f: () => void) => setTimeout(f, 1);',
    'export const at = performance.now();',
    'export const id = crypto.randomUUID();',
    'export const clock = globalThis.Date;',
    'export const hour = (at: number) => new Date(at).getHours();',
    'export const day = (at: number) => new Date(at).toLocaleDateString();',
  ])('may not say: %s', (text) => {
    expect(impurities(text)).toHaveLength(1);
  });

  it('may turn an instant that was passed in into text', () => {
    expect(impurities('export const day = (at: number) => new Date(at).toISOString();')).toEqual(
      [],
    );
  });
});
