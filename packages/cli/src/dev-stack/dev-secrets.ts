import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiKey } from '../create-api-key.js';

export interface DevSecrets {
  readonly secret: string;
  readonly apiKey: string;
  readonly adminKey: string;
  readonly webhookSecret: string;
  readonly sessionKey: string;
  readonly keysFile: string;
}

const tenant = 'dev';
/** Fresh secrets for one run; only the hashed key file is written down. */
export const makeDevSecrets = async (directory: string): Promise<DevSecrets> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const idp = createApiKey('dev-idp', { tenant, scopes: ['decide', 'events', 'read'] });
  const admin = createApiKey('dev-admin', {
    tenant,
    scopes: ['decide', 'events', 'read', 'admin'],
  });
  const keysFile = join(directory, 'keys.json');
  const keys = [idp.entry, admin.entry];
  await writeFile(keysFile, JSON.stringify({ keys }, null, 2), { mode: 0o600 });
  return {
    secret: randomBytes(32).toString('base64url'),
    apiKey: idp.key,
    adminKey: admin.key,
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
    sessionKey: randomBytes(32).toString('base64'),
    keysFile,
  };
};
