import { formatNames } from '@stepgate/idp-events';
import { Option, type Command } from 'commander';
import { UsageError } from '../alerts/settings.js';
import { importEvents, type ImportOptions } from './import-events.js';
import { ReplayProblem } from './replay-problem.js';

const interrupted = new Error('interrupted');
/** As a shell has it of a program that a signal ended. */
const interruptedCode = 130;

const complain = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** 0 as wished, 1 the file or the engine is wrong, 2 the call itself is. */
const exitCodeOf = (error: unknown): number => {
  if (error === interrupted) return interruptedCode;
  if (error instanceof UsageError || error instanceof ReplayProblem) {
    complain(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
  throw error;
};

const runImport = async (file: string, options: ImportOptions): Promise<number> => {
  const stop = new AbortController();
  const interrupt = (): void => {
    stop.abort(interrupted);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  // Whoever reads the lines has enough (`| head`): what was started is still to be stopped.
  process.stdout.on('error', interrupt);
  try {
    const print = (line: string): void => {
      process.stdout.write(`${line}\n`);
    };
    const used = await importEvents(file, options, { print, signal: stop.signal });
    if (!used) complain(`${file} holds no event: is it the log of ${options.format}?`);
    return used ? 0 : 1;
  } catch (error) {
    return exitCodeOf(error);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    // The listener on standard output stays: its error may come after the last line.
  }
};

export const addEventCommands = (stepgate: Command): void => {
  stepgate
    .command('events')
    .description('what identity providers have logged')
    .command('import <file>')
    .description('replay a log in its own time: rungs, alerts, and how long before the approval')
    .addOption(
      new Option('--format <format>', 'whose log it is').choices(formatNames).makeOptionMandatory(),
    )
    .option('--engine <url>', 'an engine in dev mode; without it, one is started for the replay')
    .option('--key-file <file>', 'its API key, with the scopes events and read')
    .option('--policies <directory>', 'for the engine that is started; else the shipped ones')
    .option('--json', 'as one JSON object')
    .action(async (file: string, options: ImportOptions) => {
      process.exitCode = await runImport(file, options);
    });
};
