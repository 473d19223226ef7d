import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from './repository.js';

/**
 * The sinks file as shipped, with the secrets of `directory/secrets` instead of a container's.
 * Returns its path.
 */
export const writeSinksFile = (directory: string): string => {
  const path = join(directory, 'sinks.yaml');
  const text = readText('infra/alerts/sinks.yaml');
  writeFileSync(path, text.replaceAll('/run/secrets/stepgate', join(directory, 'secrets')));
  return path;
};
