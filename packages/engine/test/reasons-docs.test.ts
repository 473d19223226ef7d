import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { reasonMeanings } from '../src/findings.js';

const page = fileURLToPath(new URL('../../../docs/reasons.md', import.meta.url));

const render = (): string =>
  [
    '# Reason codes',
    '',
    'The closed list of reasons that a decision can carry, besides those that a policy names in its',
    'own `signals`. Generated from `reasonMeanings` in `packages/engine/src/findings.ts`; after a change',
    'there, run `UPDATE_DOCS=1 npx jest packages/engine/test/reasons-docs`.',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...Object.entries(reasonMeanings).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    '',
  ].join('\n');

describe('docs/reasons.md', () => {
  it('says what the engine says of its reasons', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, render());
    expect(readFileSync(page, 'utf8')).toBe(render());
  });

  it.each(Object.entries(reasonMeanings))('has one sentence for %s', (_code, meaning) => {
    expect(meaning).toMatch(/^[A-Z][^|\n]*\.$/);
  });
});
