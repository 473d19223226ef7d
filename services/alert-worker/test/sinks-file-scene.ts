import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSinks, type ParsedSinks } from '../src/sinks-file/parse-sinks.js';
import { tlsKeys, webhookSecret } from './receiver.js';

export const directory = mkdtempSync(join(tmpdir(), 'stepgate-sinks-'));
export const file = (name: string, content: string): string => {
  writeFileSync(join(directory, name), content);
  return name;
};
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

export const makeFiles = (): void => {
  file('webhook_secret', `${webhookSecret}\n`);
  file('slack_url', 'https://hooks.slack.example/services/T0/B0/xyz\n');
  file('smtp_password', 'planted-password\n');
  file('set_key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  file('ca.pem', tlsKeys.cert);
  file('empty', '\n');
  file('token', 'abc.def\n');
};
export const removeFiles = (): void => {
  rmSync(directory, { recursive: true });
};

export const parse = (
  text: string,
  { mode = 'production', env = {} }: { mode?: 'production' | 'dev'; env?: NodeJS.ProcessEnv } = {},
): ParsedSinks => parseSinks(text, { mode, env, directory });

export const problemsOf = (...asked: Parameters<typeof parse>): readonly string[] =>
  parse(...asked).problems.map(
    ({ line, column, message }) => `${String(line)}:${String(column)} ${message}`,
  );

export const fileWith = (...lines: readonly string[]): string =>
  ['stepgate: v1', 'sinks:', ...lines].join('\n');
export const webhook = (...more: readonly string[]): string =>
  fileWith(
    '  - name: soc',
    '    type: webhook',
    '    url: https://alerts.acme.example/stepgate',
    '    secrets: [{file: webhook_secret}]',
    ...more.map((line) => `    ${line}`),
  );
