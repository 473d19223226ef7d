import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FuzzTarget } from './target.js';

const directoryOf = (name: string): string => join(__dirname, 'corpus', name);

/** Small files, each of which once said something: kept, and tried first. */
export const readCorpus = ({ name }: FuzzTarget): readonly Buffer[] =>
  readdirSync(directoryOf(name))
    .toSorted()
    .map((file) => readFileSync(join(directoryOf(name), file)));

/** @returns where it lies now, to be committed with the fix. */
export const keepInCorpus = ({ name }: FuzzTarget, input: Buffer): string => {
  mkdirSync(directoryOf(name), { recursive: true });
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const file = join(directoryOf(name), `found-${digest}`);
  writeFileSync(file, input);
  return file;
};

const shared = process.env['STEPGATE_SHARED_DATA'] ?? join(__dirname, '../../../shared/data');

/** Files of the shared test data; nothing where they are not at hand, which a line then says. */
export const sharedFiles = (folder: string, maxBytes = 200_000): readonly Buffer[] => {
  const directory = join(shared, folder);
  if (!existsSync(directory)) {
    process.stdout.write(
      `no test data in ${directory}: fuzzing without; set STEPGATE_SHARED_DATA\n`,
    );
    return [];
  }
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(directory, entry.name)).subarray(0, maxBytes));
};
