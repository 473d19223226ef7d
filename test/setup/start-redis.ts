import { startRedisServer } from '../../packages/testing/src/redis-server.ts';
import type { RedisServer } from '@stepgate/testing';

declare global {
  var stepgateTestRedis: RedisServer | undefined;
}

/**
 * One Redis for the whole run, on a free port, set up as it is shipped. Tests keep apart by a secret of their own, which is
 * what their keys are made from. An instance that is given is used as it is.
 */
const startRedis = async (): Promise<void> => {
  if (process.env['STEPGATE_TEST_REDIS_URL'] !== undefined) return;
  try {
    // What is told to be kept is; that a test machine survives its own death, nobody needs.
    const args = ['--appendonly', 'yes', '--appendfsync', 'no'];
    const server = await startRedisServer({ args });
    globalThis.stepgateTestRedis = server;
    process.env['STEPGATE_TEST_REDIS_URL'] = server.url;
  } catch (error) {
    // Tests that need no Redis still run; those that need it fail and say so.
    process.stderr.write(`No Redis for the tests: ${String(error)}\n`);
  }
};

// Jest takes the default export of a global set-up.
export default startRedis;
