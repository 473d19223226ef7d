import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigningKey,
  openAuditLog,
  type AuditLog,
  type AuditLogOptions,
} from '@stepgate/audit';

export const key = createSigningKey('a secret of the audit tests, 32+ characters', 'audit');
export const keys = new Map([[key.keyId, key.publicKey]]);

const made: string[] = [];

export const makeDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-audit-'));
  made.push(directory);
  return directory;
};

export const removeDirectories = async (): Promise<void> => {
  await Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true })));
};

export const open = (
  directory: string,
  options: Partial<AuditLogOptions> = {},
): Promise<AuditLog> =>
  openAuditLog({ directory, key, version: '1.2.3', clock: Date.now, ...options });

export const decide = (log: AuditLog, count: number): void => {
  for (let n = 0; n < count; n += 1) {
    log.append('decision', { decision_id: `d-${String(n)}`, outcome: 'step_up', score: n % 100 });
  }
};
