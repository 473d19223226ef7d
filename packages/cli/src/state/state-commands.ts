import type { Command } from 'commander';
import type { StateReport } from '@stepgate/redis';
import { readSetting, UsageError } from '../alerts/settings.js';

interface Asked {
  readonly name: 'init' | 'check';
  readonly accept: boolean;
}

const isGiven = (env: NodeJS.ProcessEnv, name: string): boolean =>
  (env[name] ?? '') !== '' || (env[`${name}_FILE`] ?? '') !== '';

const report = async (env: NodeJS.ProcessEnv, { name, accept }: Asked): Promise<StateReport> => {
  const { readRedisEndpoint } = await import('../alerts/redis-endpoint.js');
  const endpoint = readRedisEndpoint(env);
  const secret = readSetting(env, 'STEPGATE_SECRET');
  const previousSecret = isGiven(env, 'STEPGATE_SECRET_PREVIOUS')
    ? readSetting(env, 'STEPGATE_SECRET_PREVIOUS')
    : undefined;
  const { beginState, createRedisConnection, reportState } = await import('@stepgate/redis');
  const connection = createRedisConnection({ ...endpoint, patienceMs: 10_000 });
  const deps = { connection, secret, previousSecret };
  try {
    return await (name === 'init' ? beginState(deps, accept) : reportState(deps));
  } finally {
    connection.close();
  }
};

/** 0 as wished, 1 the state is not as it should be, 2 the call itself is wrong. */
const run = async (asked: Asked): Promise<void> => {
  try {
    const { good, text } = await report(process.env, asked);
    process.stdout.write(`${text}\n`);
    process.exitCode = good ? 0 : 1;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    // What Redis says is not quoted: its address may hold a password.
    const text = isUsage
      ? error.message
      : 'The Redis that STEPGATE_REDIS_URL names does not answer, or refuses.';
    process.stderr.write(`${text}\n`);
    process.exitCode = isUsage ? 2 : 1;
  }
};

export const addStateCommands = (stepgate: Command): void => {
  const state = stepgate
    .command('state')
    .description(
      'whether Redis holds what it is thought to; needs STEPGATE_REDIS_URL, STEPGATE_SECRET',
    );
  state
    .command('init')
    .description('begin the state of a deployment, once; safe to repeat')
    .option('--accept-emptied', 'begin anew where it was emptied: its locks and denials are gone')
    .action(({ acceptEmptied = false }: { acceptEmptied?: boolean }) =>
      run({ name: 'init', accept: acceptEmptied }),
    );
  state
    .command('check')
    .description('say whether the state that was begun is still there')
    .action(() => run({ name: 'check', accept: false }));
};
