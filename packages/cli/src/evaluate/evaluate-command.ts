import { InvalidArgumentError, type Command } from 'commander';
import { UsageError } from '../alerts/settings.js';
import { ReplayProblem } from '../events/replay-problem.js';
import { runEvaluate, type EvaluateOptions } from './run-evaluate.js';
import { runLoginLog } from './run-login-log.js';

interface Options extends EvaluateOptions {
  readonly logins?: string;
  readonly golden?: true;
}

const interrupted = new Error('interrupted');
/** As a shell has it of a program that a signal ended. */
const interruptedCode = 130;

const sayOn =
  (stream: NodeJS.WriteStream) =>
  (line: string): void => {
    stream.write(`${line}\n`);
  };

const countOf = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 100) {
    throw new InvalidArgumentError('must be a number from 1 to 100');
  }
  return count;
};

/** 0 every check holds, 1 one does not, 2 the call itself is wrong. */
const exitCodeOf = async (work: (signal: AbortSignal) => Promise<boolean>): Promise<number> => {
  const stop = new AbortController();
  const interrupt = (): void => {
    stop.abort(interrupted);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return (await work(stop.signal)) ? 0 : 1;
  } catch (error) {
    if (error === interrupted) return interruptedCode;
    if (error instanceof UsageError || error instanceof ReplayProblem) {
      sayOn(process.stderr)(error.message);
      return error instanceof UsageError ? 2 : 1;
    }
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
};

export const addEvaluateCommand = (stepgate: Command): void => {
  stepgate
    .command('evaluate')
    .description(
      'how well the shipped policy tells a thief from the owner, over a synthetic population',
    )
    .option('--quick', 'one small seed: whether all is sound, in a minute and a half')
    .option('--seeds <count>', 'populations, each of its own', countOf, 5)
    .option('--feeds <directory>', 'lists that attackers draw addresses from; else those shipped')
    .option(
      '--logins <file>',
      'a log of your own instead, with the columns of the RBA data set (CSV)',
    )
    .option(
      '--golden',
      'with --logins of the RBA data set: the published golden values must be met',
    )
    .option('--out <directory>', 'for evaluate.json and evaluate.html; else reports')
    .action(async (options: Options) => {
      const print = sayOn(process.stdout);
      const { logins } = options;
      process.exitCode = await exitCodeOf((signal) =>
        logins === undefined
          ? runEvaluate(options, { print, progress: sayOn(process.stderr), signal })
          : runLoginLog({ ...options, logins }, print),
      );
    });
};
