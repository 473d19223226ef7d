import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const repositoryRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)));

export const inRepository = (...path: string[]): string => join(repositoryRoot, ...path);

export const readText = (path: string): string => readFileSync(inRepository(path), 'utf8');

/** Merge keys are part of compose files. */
export const readYaml = (path: string): unknown => parse(readText(path), { merge: true });

export const parseYamlStream = (text: string): unknown[] =>
  parseAllDocuments(text).map((document) => document.toJS() as unknown);

/** Data that nobody in this project wrote; absent on most machines. */
export const sharedDataFile = (path: string): string | null => {
  const directory =
    process.env['STEPGATE_SHARED_DATA'] ?? resolve(repositoryRoot, '../shared/data');
  const file = join(directory, path);
  return existsSync(file) ? file : null;
};
