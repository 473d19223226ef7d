import { Command } from 'commander';
import { runDemo } from './demo/run-demo.js';
import { runDev } from './dev-stack/run-dev.js';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Exit codes: 0 as wished, 1 the thing asked about is wrong, 2 the call itself is wrong. */
export const program = (): Command => {
  const stepgate = new Command('stepgate').description('Adaptive-MFA risk engine');
  stepgate
    .command('dev')
    .description('the whole stack on loopback, in the foreground; Ctrl-C stops it')
    .action(async () => {
      process.exitCode = (await runDev(print)) ? 0 : 1;
    });
  stepgate
    .command('demo')
    .description('the whole stack, a story played through it, then everything stops')
    .action(async () => {
      process.exitCode = (await runDemo(print)) ? 0 : 1;
    });
  return stepgate;
};
