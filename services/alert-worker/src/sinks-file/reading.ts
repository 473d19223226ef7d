import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Path } from './document.js';
import type { SecretSource } from './schema/values.js';

/** What it takes to make a sink of what the file says. */
export interface Reading {
  readonly mode: 'production' | 'dev';
  readonly env: NodeJS.ProcessEnv;
  /** Relative paths start here: the sinks file's directory. */
  readonly directory: string;
  readonly runbookUrl: string;
  /** Notes what is wrong at a place of the file. */
  readonly report: (path: Path, message: string) => void;
}

const inEnvironment = ({ env, report }: Reading, name: string, path: Path): string | null => {
  const value = env[name] ?? '';
  if (value !== '') return value;
  report([...path, 'env'], `the variable ${name} is not set; set it, or use file`);
  return null;
};

const inFile = ({ directory, report }: Reading, file: string, path: Path): string | null => {
  const at = resolve(directory, file);
  try {
    const text = readFileSync(at, 'utf8').replace(/\r?\n$/u, '');
    if (text !== '') return text;
    report([...path, 'file'], `${at} is empty; write the secret into it`);
  } catch {
    report(
      [...path, 'file'],
      `${at} cannot be read by this user; check the path and its permissions`,
    );
  }
  return null;
};

/** The secret itself; null where it cannot be had, which is then reported. */
export const readSecret = (
  reading: Reading,
  { file, env = '' }: SecretSource,
  path: Path,
): string | null =>
  file === undefined ? inEnvironment(reading, env, path) : inFile(reading, file, path);
