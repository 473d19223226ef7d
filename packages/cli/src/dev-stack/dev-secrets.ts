import { hash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface DevSecrets {
  readonly secret: string;
  readonly apiKey: string;
  readonly adminKey: string;
  readonly webhookSecret: string;
  readonly sessionKey: string;
  readonly keysFile: string;
}

const tenant = 'dev';
const newKey = (): string => `sg_${randomBytes(32).toString('base64url')}`;

const keyEntry = (id: string, scopes: readonly string[], key: string): object => ({
  id,
  tenant,
  scopes,
  sha256: hash('sha256', key, 'hex'),
});

/** Fresh secrets for one run; only the hashed key file is written down. */
export const makeDevSecrets = async (directory: string): Promise<DevSecrets> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const apiKey = newKey();
  const adminKey = newKey();
  const keysFile = join(directory, 'keys.json');
  const keys = [
    keyEntry('dev-idp', ['decide', 'events', 'read'], apiKey),
    keyEntry('dev-admin', ['decide', 'events', 'read', 'admin'], adminKey),
  ];
  await writeFile(keysFile, JSON.stringify({ keys }, null, 2), { mode: 0o600 });
  return {
    secret: randomBytes(32).toString('base64url'),
    apiKey,
    adminKey,
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
    sessionKey: randomBytes(32).toString('base64'),
    keysFile,
  };
};
