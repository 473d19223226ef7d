import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, readText, root } from '../architecture/repository.js';

/** Private, for tests only. */
const testKit = 'packages/testing';

const workspaces = ['packages', 'services']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((folder) => folder !== testKit);

const production = [
  ...new Set(workspaces.flatMap((folder) => Object.keys(readManifest(folder).dependencies ?? {}))),
]
  .filter((name) => !name.startsWith('@stepgate/'))
  .toSorted();

const rows = [...readText('docs/supply-chain.md').matchAll(/^\| `([^`]+)` \|(.+)\|$/gm)];

describe('the table of production dependencies', () => {
  it('has a row for each of them, and no others', () => {
    expect(rows.map((row) => row[1])).toEqual(production);
  });

  it('says of each who imports it, why, and how to do without', () => {
    const cells = rows.map((row) => (row[2] ?? '').split(' | ').map((cell) => cell.trim()));
    expect(cells.filter((own) => own.length !== 3 || own.includes(''))).toEqual([]);
  });
});
