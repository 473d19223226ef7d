import { readFileSync } from 'node:fs';

/** A call that lacks something, in words for the one who made it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/**
 * A setting as the services take it: `NAME`, or `NAME_FILE` with the file that holds it.
 *
 * @throws UsageError when it is given in neither way, or the file cannot be read.
 */
export const readSetting = (env: NodeJS.ProcessEnv, name: string): string => {
  const value = env[name];
  if (isSet(value)) return value;
  const file = env[`${name}_FILE`];
  if (!isSet(file)) {
    throw new UsageError(`${name} is not set: give it, or a file that holds it as ${name}_FILE.`);
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/u, '');
  } catch (cause) {
    throw new UsageError(`${name}_FILE names a file that cannot be read.`, { cause });
  }
};
