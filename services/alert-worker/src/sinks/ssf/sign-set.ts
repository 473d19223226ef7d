import { CompactSign } from 'jose';
import type { SigningKey } from '../sink-spec.js';
import type { SetClaims } from './security-event.js';

/** A token of RFC 8417. Its `typ` keeps it from passing for an access or ID token. */
export const signSet = (
  claims: SetClaims,
  { alg, kid, privateKey }: SigningKey,
  now: number,
): Promise<string> => {
  const payload = JSON.stringify({ ...claims, iat: Math.floor(now / 1_000) });
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg, typ: 'secevent+jwt', kid })
    .sign(privateKey);
};
