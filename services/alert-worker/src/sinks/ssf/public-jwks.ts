import type { JsonWebKey } from 'node:crypto';
import type { SinkSpec } from '../sink-spec.js';

/** JSON Web Key Set (RFC 7517): what receivers verify our tokens with. */
export interface PublicJwks {
  readonly keys: readonly JsonWebKey[];
}

/** The public keys of all `ssf` sinks, each once. */
export const publicJwks = (specs: readonly SinkSpec[]): PublicJwks => {
  const keys = specs.flatMap((spec) => (spec.type === 'ssf' ? spec.signingKeys : []));
  const byKid = new Map(keys.map(({ kid, publicJwk }) => [kid, publicJwk]));
  return { keys: [...byKid.values()] };
};
