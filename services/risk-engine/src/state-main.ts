import { readEnvironment } from '@stepgate/telemetry';
import { runStateCommand } from './compose-state.js';
import { configSchema, secretNames } from './config.js';

/** `init [--accept-emptied]` or `check`, with the engine's own environment: its image has no CLI. */
const [name, option] = process.argv.slice(2);
const environment = readEnvironment(configSchema, process.env, { secrets: secretNames });

const complain = (text: string, exitCode: number): void => {
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
};

if (
  (name !== 'init' && name !== 'check') ||
  (option ?? '--accept-emptied') !== '--accept-emptied'
) {
  complain('Usage: state-main.js init [--accept-emptied] | check', 2);
} else if (!environment.ok) {
  complain(environment.problems.join('\n'), 78);
} else {
  try {
    const { config } = environment;
    const report = await runStateCommand(config, { name, accept: option !== undefined });
    process.stdout.write(`${report.text}\n`);
    process.exitCode = report.good ? 0 : 1;
  } catch {
    // Not quoted: an address may hold a password.
    complain('Redis does not answer, or refuses.', 1);
  }
}
