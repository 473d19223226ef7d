import { Command, InvalidArgumentError, Option } from 'commander';
import { addAlertCommands } from './alerts/alert-commands.js';
import { runDemo } from './demo/run-demo.js';
import { scopes } from '@stepgate/contracts';
import { createApiKey, type NewKeyOptions } from './create-api-key.js';
import { addAuditCommands } from './audit/audit-commands.js';
import { addPublicKeyCommand } from './public-key-command.js';
import { runDev } from './dev-stack/run-dev.js';
import { addEvaluateCommand } from './evaluate/evaluate-command.js';
import { addEventCommands } from './events/event-commands.js';
import { lintPolicies } from './policy/lint-policies.js';
import { addSubjectCommands } from './subject/subject-commands.js';
import { testPolicies } from './policy/test-policies.js';
import { z } from 'zod';
import { addStateCommands } from './state/state-commands.js';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const exitWith = (good: boolean): void => {
  process.exitCode = good ? 0 : 1;
};

const addPolicyCommands = (stepgate: Command): void => {
  const policy = stepgate.command('policy').description('what a directory of policies says');
  policy
    .command('lint <directory>')
    .description('every problem of the policies, with file, line and column')
    .action(async (directory: string) => {
      exitWith(await lintPolicies(directory, print));
    });
  policy
    .command('test <directory>')
    .description('run the golden cases (NAME.test.yaml) beside the policies')
    .action(async (directory: string) => {
      exitWith(await testPolicies(directory, print));
    });
};

const timestampIn = (text: string): string => {
  if (z.iso.datetime({ offset: true }).safeParse(text).success) return text;
  throw new InvalidArgumentError('Write it as 2027-06-30T00:00:00Z.');
};

const addKeyCommand = (stepgate: Command): void => {
  stepgate
    .command('create-key <id>')
    .description('an API key, and the entry for the key file')
    .requiredOption('--tenant <tenant>', 'the tenant that the key belongs to')
    .addOption(
      new Option('--scopes <scopes...>', 'what the key may do').choices(scopes).default(['decide']),
    )
    .addOption(new Option('--expires <timestamp>', 'until when, RFC 3339').argParser(timestampIn))
    .action((id: string, options: NewKeyOptions) => {
      const { key, entry } = createApiKey(id, options);
      print(`key (shown once): ${key}`);
      print(JSON.stringify(entry));
    });
};

/** Exit codes: 0 as wished, 1 the thing asked about is wrong, 2 the call itself is wrong. */
export const program = (): Command => {
  const stepgate = new Command('stepgate').description('Adaptive-MFA risk engine');
  stepgate
    .command('dev')
    .description('the whole stack on loopback, in the foreground; Ctrl-C stops it')
    .action(async () => {
      exitWith(await runDev(print));
    });
  stepgate
    .command('demo')
    .description('the whole stack, a story played through it, then everything stops')
    .action(async () => {
      exitWith(await runDemo(print));
    });
  addPolicyCommands(stepgate);
  addKeyCommand(stepgate);
  addPublicKeyCommand(stepgate, print);
  addAuditCommands(stepgate, print);
  addAlertCommands(stepgate);
  addStateCommands(stepgate);
  addSubjectCommands(stepgate);
  addEventCommands(stepgate);
  addEvaluateCommand(stepgate);
  return stepgate;
};
