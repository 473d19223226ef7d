import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

const skipped = new Set(['node_modules', 'dist', 'coverage', 'reports', '.git', '.stepgate']);

const walk = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });

/** Paths relative to the root, of everything that people write. */
export const repositoryFiles = (): string[] => walk(root).map((path) => relative(root, path));

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

export const writeText = (path: string, text: string): void =>
  writeFileSync(join(root, path), text);

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readText(join(folder, 'package.json'))) as Manifest;
