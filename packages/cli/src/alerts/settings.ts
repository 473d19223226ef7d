import { readFileSync } from 'node:fs';
import {
  checkRedisSettings,
  redisEndpointOf,
  redisFields,
  type RedisEndpointSettings,
} from '@stepgate/telemetry';
import { z } from 'zod';

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

const redisNames = Object.keys(redisFields);

/**
 * Where Redis is, by the same settings as the services'.
 *
 * @throws UsageError when they are incomplete, or would send the state in clear.
 */
export const readRedisEndpoint = (env: NodeJS.ProcessEnv): RedisEndpointSettings => {
  const given = Object.fromEntries(
    redisNames.flatMap((name) => (isSet(env[name]) ? [[name, env[name]]] : [])),
  );
  const settings = { ...given, STEPGATE_REDIS_URL: readSetting(env, 'STEPGATE_REDIS_URL') };
  const read = z.object(redisFields).superRefine(checkRedisSettings).safeParse(settings);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new UsageError(problems.join('\n'));
  }
  return redisEndpointOf(read.data);
};
