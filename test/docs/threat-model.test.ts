import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');
const paperFile = join(root, '../shared/reference/threats.md');

/** Rows of each letter in the background paper. */
const letters = { A: 11, B: 15, C: 11, D: 14, E: 5, F: 9, G: 9, H: 5, I: 11 };
const expected = Object.entries(letters).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, n) => `${letter}${String(n + 1)}`),
);

interface Row {
  readonly id: string;
  readonly promise: string;
  readonly proof: string;
}

const rowsIn = (text: string): Row[] =>
  [...text.matchAll(/^\| ([A-I]\d+) \| (.+) \| (.+) \|$/gm)].map(
    ([, id = '', promise = '', proof = '']) => ({ id, promise, proof }),
  );

const scenarioDirectory = join(root, 'test/chaos/src/scenarios');
const registered = readFileSync(join(scenarioDirectory, 'index.ts'), 'utf8');
const scenarioNames = readdirSync(scenarioDirectory)
  .filter((file) => file !== 'index.ts' && registered.includes(`./${file.replace('.ts', '.js')}`))
  .flatMap((file) =>
    [
      ...readFileSync(join(scenarioDirectory, file), 'utf8').matchAll(/^\s+name: '([a-z-]+)',$/gm),
    ].map(([, name = '']) => name),
  );

const proofs = /chaos `([a-z-]+)`|`([^`]+\.test\.ts)` "([^"]+)"/g;

const isThere = (scenario: string | undefined, path: string, title: string): boolean =>
  scenario === undefined
    ? existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8').includes(title)
    : scenarioNames.includes(scenario);

/** What a row names that does not exist, and whatever it says that names no test. */
const missingIn = (proof: string): string[] => {
  const named = [...proof.matchAll(proofs)];
  const missing = named.flatMap(([whole, scenario, path = '', title = '']) =>
    isThere(scenario, path, title) ? [] : [whole],
  );
  const rest = proof.replaceAll(proofs, '').replaceAll(';', '').trim();
  return rest === '' && named.length > 0 ? missing : [...missing, rest];
};

const rows = rowsIn(page);

describe('the threat model', () => {
  it('answers every row of the background paper, once and in its order', () => {
    expect(rows.map(({ id }) => id)).toEqual(expected);
  });

  (existsSync(paperFile) ? it : it.skip)(
    'has the rows that the paper has, where it is at hand',
    () => {
      const paper = readFileSync(paperFile, 'utf8');
      const ids = [...paper.matchAll(/^\| ([A-I]\d+) \| /gm)].map(([, id]) => id);
      expect(ids).toEqual(expected);
    },
  );

  it.each(rows.map(({ id, proof }) => [id, proof] as const))(
    '%s names tests that exist',
    (_id, proof) => {
      expect(missingIn(proof)).toEqual([]);
    },
  );
});
