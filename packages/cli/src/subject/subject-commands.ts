import type { Command } from 'commander';
import { readSetting, UsageError } from '../alerts/settings.js';

const answerTimeoutMs = 10_000;

interface Asked {
  readonly method: 'GET' | 'DELETE';
  readonly type: string;
  readonly id: string;
  readonly suffix: string;
}

const callEngine = async (
  env: NodeJS.ProcessEnv,
  { method, type, id, suffix }: Asked,
): Promise<{ readonly status: number; readonly text: string }> => {
  const engine = readSetting(env, 'STEPGATE_ENGINE_URL').replace(/\/+$/, '');
  const path = `/v1/subjects/${encodeURIComponent(type)}/${encodeURIComponent(id)}${suffix}`;
  const response = await fetch(`${engine}${path}`, {
    method,
    headers: { Authorization: `Bearer ${readSetting(env, 'STEPGATE_API_KEY')}` },
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  return { status: response.status, text: await response.text() };
};

const complain = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** 0 done, 1 the engine has it otherwise, 2 the call itself is wrong. */
const run = async (asked: Asked, done: (text: string) => void): Promise<void> => {
  try {
    const { status, text } = await callEngine(process.env, asked);
    if (status === 200 || status === 204) {
      done(text);
      return;
    }
    complain(status === 404 ? 'Nothing is known of this subject.' : `The engine answered: ${text}`);
    process.exitCode = 1;
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
};

export const addSubjectCommands = (stepgate: Command): void => {
  const subject = stepgate
    .command('subject')
    .description('what is kept of one subject: for requests of access and of erasure');
  subject
    .command('export <type> <id>')
    .description('all that is kept, as JSON; the key needs the scope read')
    .action((type: string, id: string) =>
      run({ method: 'GET', type, id, suffix: '/export' }, (text) => {
        process.stdout.write(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
      }),
    );
  subject
    .command('erase <type> <id>')
    .description('forgets the subject; a live lock stays. The key needs the scope admin')
    .action((type: string, id: string) =>
      run({ method: 'DELETE', type, id, suffix: '' }, () => {
        process.stdout.write(`${type} ${id} is forgotten\n`);
      }),
    );
};
