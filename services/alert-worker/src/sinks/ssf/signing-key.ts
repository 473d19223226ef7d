import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import type { SigningKey } from '../sink-spec.js';

/** CAEP's interoperability profile asks for no fewer. */
const leastRsaBits = 2_048;

const jwk = z.looseObject({ kty: z.string(), kid: z.string().min(1).max(128).optional() });

interface Read {
  readonly privateKey: KeyObject;
  readonly kid: string | undefined;
}

const readKey = (text: string): Read | null => {
  try {
    if (!text.trimStart().startsWith('{')) {
      return { privateKey: createPrivateKey(text), kid: undefined };
    }
    const key = jwk.parse(JSON.parse(text));
    return { privateKey: createPrivateKey({ key, format: 'jwk' }), kid: key.kid };
  } catch {
    return null;
  }
};

const algorithmOf = (key: KeyObject): SigningKey['alg'] | null => {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= leastRsaBits) return 'RS256';
  return key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1' ? 'ES256' : null;
};

/** RFC 7638: a name that follows from the key, so that nobody has to think of one. */
const thumbprint = ({ crv, e, kty, n, x, y }: JsonWebKey): string => {
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
};

/** A private key, PEM or JWK: RSA of 2048 bits or more (RS256), or P-256 (ES256); null for others. */
export const parseSigningKey = (text: string): SigningKey | null => {
  const read = readKey(text);
  const alg = read === null ? null : algorithmOf(read.privateKey);
  if (read === null || alg === null) return null;
  const bare = createPublicKey(read.privateKey).export({ format: 'jwk' });
  const kid = read.kid ?? thumbprint(bare);
  const publicJwk = { ...bare, kid, alg, use: 'sig' };
  return { alg, kid, privateKey: read.privateKey, publicJwk };
};
