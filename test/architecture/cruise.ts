import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { areas, folderOf } from '../../scripts/dependency-rule.cjs';
import { root } from './repository.js';

export interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** The same program and configuration as in `make check`, over the tree in `folder`. */
export const cruise = (folder: string): readonly Violation[] => {
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'],
      ...Object.keys(areas).map((name) => `${folderOf(name)}/src`),
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser: ${run.stderr}`);
  const report = JSON.parse(run.stdout) as { summary: { violations: readonly Violation[] } };
  return report.summary.violations;
};

const write = (folder: string, path: string, text: string): void => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** A tree with every package and library of the table, empty, plus these files. */
export const withTree = <T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => T,
): T => {
  const folder = mkdtempSync(join(tmpdir(), 'stepgate-architecture-'));
  try {
    const libraries = Object.values(areas).flatMap((area) => [
      ...area.libraries,
      ...(area.libraryTypes ?? []),
    ]);
    for (const name of new Set([...libraries, 'left-pad'])) {
      write(
        folder,
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, main: 'index.js' }),
      );
      write(folder, `node_modules/${name}/index.js`, 'module.exports = {};\n');
    }
    for (const name of Object.keys(areas)) {
      write(
        folder,
        `${folderOf(name)}/src/index.ts`,
        'export const it = 1;\nexport type It = 1;\n',
      );
    }
    for (const [path, text] of Object.entries(files)) write(folder, path, text);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
