import {
  checkRedisSettings,
  redisEndpointOf,
  redisFields,
  type RedisEndpointSettings,
} from '@stepgate/telemetry';
import { z } from 'zod';
import { readSetting, UsageError } from './settings.js';

const redisNames = Object.keys(redisFields);

/**
 * Where Redis is, by the same settings as the services'.
 *
 * @throws UsageError when they are incomplete, or would send the state in clear.
 */
export const readRedisEndpoint = (env: NodeJS.ProcessEnv): RedisEndpointSettings => {
  const given = Object.fromEntries(
    redisNames.flatMap((name) => ((env[name] ?? '') !== '' ? [[name, env[name]]] : [])),
  );
  const settings = { ...given, STEPGATE_REDIS_URL: readSetting(env, 'STEPGATE_REDIS_URL') };
  const read = z.object(redisFields).superRefine(checkRedisSettings).safeParse(settings);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new UsageError(problems.join('\n'));
  }
  return redisEndpointOf(read.data);
};
