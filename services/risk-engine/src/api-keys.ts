import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { scopes } from '@stepgate/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Caller } from './routes/handler.js';

/**
 * Keys at rest are SHA-256 digests: a key is 256 random bits, so a slow hash would add nothing but
 * latency to every decision.
 */
const keyFileSchema = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(64),
        tenant: z.string().min(1).max(64),
        scopes: z.array(z.enum(scopes)).min(1),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest in lower-case hex'),
      }),
    )
    .min(1),
});

export const digestOfKey = (key: string): string => hash('sha256', key, 'hex');

export interface ApiKeys {
  /** Null: unknown key. Looked up by digest, so the time taken tells nothing about a key. */
  callerOf(key: string): Caller | null;
  /** Whose callers these are, each once. */
  tenants(): readonly string[];
  /** Reads the file again; a bad file leaves the keys in force and is thrown. */
  reload(): Promise<void>;
}

const readKeyFile = async (file: string): Promise<ReadonlyMap<string, Caller>> => {
  const parsed = keyFileSchema.safeParse(parse(await readFile(file, 'utf8')));
  if (!parsed.success) {
    throw new Error(`${file} is not a key file: ${z.prettifyError(parsed.error)}`);
  }
  return new Map(
    parsed.data.keys.map(({ id, tenant, scopes: granted, sha256 }) => [
      sha256,
      { id, tenant, scopes: granted },
    ]),
  );
};

/** @throws when the file cannot be read or is no key file: an engine without callers must not start. */
export const loadApiKeys = async (file: string): Promise<ApiKeys> => {
  let callers = await readKeyFile(file);
  return {
    callerOf: (key) => callers.get(digestOfKey(key)) ?? null,
    tenants: () => [...new Set([...callers.values()].map(({ tenant }) => tenant))],
    reload: async () => {
      callers = await readKeyFile(file);
    },
  };
};
