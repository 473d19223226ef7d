import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = process.env['STEPGATE_SHARED_DATA'] ?? join(root, '../shared/data');

export const repositoryPath = (path: string): string => join(root, path);
export const sharedPath = (path: string): string => join(folder, path);

/** A describe block that is skipped, saying why, where the shared test data are not at hand. */
export const describeWithSharedData = (name: string, body: () => void): void => {
  if (existsSync(folder)) describe(name, body);
  else describe.skip(`${name} (skipped: no test data, set STEPGATE_SHARED_DATA)`, body);
};

/** Printed in test names, so that a failure can be had again: STEPGATE_TEST_SEED=<seed> npx jest ... */
export const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 2 ** 31);
