import type { Command } from 'commander';
import type { ListOptions, Output, ReplayOptions } from './dead-letters.js';
import { UsageError } from './settings.js';

const output: Output = {
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  complain: (line) => {
    process.stderr.write(`${line}\n`);
  },
};

/** 0 as wished, 1 the thing asked about is wrong, 2 the call itself is. */
const run = async (work: () => Promise<boolean>): Promise<void> => {
  // Only these commands need BullMQ: the others do not wait for it to load.
  const { QueueUnavailableError } = await import('@stepgate/queue');
  try {
    process.exitCode = (await work()) ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) {
      output.complain(error.message);
      process.exitCode = 2;
    } else if (error instanceof QueueUnavailableError) {
      // Not quoted: the address may hold a password.
      output.complain('The Redis that STEPGATE_REDIS_URL names does not answer, or refuses.');
      process.exitCode = 1;
    } else throw error;
  }
};

export const addAlertCommands = (stepgate: Command): void => {
  const dead = stepgate
    .command('alerts')
    .description('alerts on their way to the sinks')
    .command('dead')
    .description('alerts that a sink was given up on; needs STEPGATE_REDIS_URL');
  dead
    .command('list')
    .description('what was given up, where, after how many tries and why')
    .option('--sink <name>', 'of one sink only')
    .option('--json', 'as a JSON array')
    .option('--unseal', 'say who is under attack; needs STEPGATE_SECRET')
    .action((options: ListOptions) =>
      run(async () => {
        const { listDeadLetters } = await import('./dead-letters.js');
        return listDeadLetters(options, process.env, output);
      }),
    );
  dead
    .command('replay [ids...]')
    .description('have them tried anew by the running workers, with all their tries')
    .option('--sink <name>', 'at one sink only')
    .option('--all', 'all of them')
    .action((ids: string[], options: ReplayOptions) =>
      run(async () => {
        const { replayDeadLetters } = await import('./dead-letters.js');
        return replayDeadLetters(ids, { ...options, env: process.env }, output);
      }),
    );
};
