import { hash, randomBytes } from 'node:crypto';

export interface NewApiKey {
  /** Shown once; only its digest is kept. */
  readonly key: string;
  /** Goes into the key file, under `keys`. */
  readonly entry: {
    readonly id: string;
    readonly tenant: string;
    readonly scopes: readonly string[];
    readonly sha256: string;
  };
}

/** A random API key of 256 bits and the entry under which the engine knows it. */
export const createApiKey = (
  id: string,
  { tenant, scopes }: { readonly tenant: string; readonly scopes: readonly string[] },
): NewApiKey => {
  const key = `sg_${randomBytes(32).toString('base64url')}`;
  return { key, entry: { id, tenant, scopes, sha256: hash('sha256', key, 'hex') } };
};
