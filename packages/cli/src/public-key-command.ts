import { createSigningKey, publicKeysOf } from '@stepgate/audit';
import type { Command } from 'commander';
import { readSetting, UsageError } from './alerts/settings.js';

const secretName = 'STEPGATE_SECRET';
const previousName = 'STEPGATE_SECRET_PREVIOUS';

/** As the engine has it: of a shorter one it would not start, so its keys would be nobody's. */
const readSecret = (env: NodeJS.ProcessEnv, name: string): string => {
  const secret = readSetting(env, name);
  if (secret.length < 32) throw new UsageError(`${name} must have at least 32 characters.`);
  return secret;
};

export const secretsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  const isRotating = [previousName, `${previousName}_FILE`].some(
    (name) => (env[name] ?? '') !== '',
  );
  const names = isRotating ? [secretName, previousName] : [secretName];
  return names.map((name) => readSecret(env, name));
};

export const addPublicKeyCommand = (stepgate: Command, print: (line: string) => void): void => {
  stepgate
    .command('public-key')
    .description('the keys (JWKS) that signed decisions are verified with, from STEPGATE_SECRET')
    .action(() => {
      try {
        const keys = secretsOf(process.env).map((secret) => createSigningKey(secret, 'decisions'));
        print(JSON.stringify(publicKeysOf(keys)));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 2;
      }
    });
};
