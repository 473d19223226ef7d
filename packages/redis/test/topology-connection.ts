import { randomBytes } from 'node:crypto';
import {
  createRedisConnection,
  createRedisState,
  initialiseState,
  type RedisConnection,
  type RedisConnectionOptions,
  type RedisState,
} from '../src/index.js';

/** A state that was begun, at an endpoint of any kind. */
export const openState = async (
  options: RedisConnectionOptions,
  secret = randomBytes(32),
): Promise<{ readonly connection: RedisConnection; readonly state: RedisState }> => {
  const connection = createRedisConnection(options);
  if (!(await connection.waitUntilUp(10_000))) {
    connection.close();
    throw new Error('Redis did not come up');
  }
  await initialiseState({ connection, secret });
  return { connection, state: createRedisState({ connection, secret }) };
};
