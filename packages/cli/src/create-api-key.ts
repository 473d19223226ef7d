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
    readonly expires_at?: string;
  };
}

export interface NewKeyOptions {
  readonly tenant: string;
  readonly scopes: readonly string[];
  /** RFC 3339. */
  readonly expires?: string;
}

/** A random API key of 256 bits and the entry under which the engine knows it. */
export const createApiKey = (id: string, { tenant, scopes, expires }: NewKeyOptions): NewApiKey => {
  const key = `sg_${randomBytes(32).toString('base64url')}`;
  const entry = { id, tenant, scopes, sha256: hash('sha256', key, 'hex') };
  return { key, entry: expires === undefined ? entry : { ...entry, expires_at: expires } };
};
