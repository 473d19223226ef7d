import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** RFC 7638 thumbprint of the public key: names it without a register of names. */
  readonly keyId: string;
  /** RFC 8037, for who verifies: may be published. */
  readonly publicJwk: {
    readonly kty: 'OKP';
    readonly crv: 'Ed25519';
    readonly x: string;
    readonly kid: string;
  };
}

/** PKCS #8 of an Ed25519 key (RFC 8410) up to the 32 bytes of its seed. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

export const signingPurposes = ['decisions', 'audit'] as const;

/**
 * An Ed25519 key of the deployment, the same in all its engines without being stored: derived from the
 * secret (HKDF-SHA-256), another one for each purpose.
 */
export const createSigningKey = (
  secret: string,
  purpose: (typeof signingPurposes)[number],
): SigningKey => {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', `stepgate signing ${purpose} v1`, 32));
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Head, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const keyId = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
  return { privateKey, publicKey, keyId, publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid: keyId } };
};

/** The JWKS (RFC 7517) of keys, as `GET /.well-known/stepgate-jwks.json` and the CLI give it. */
export const publicKeysOf = (keys: readonly SigningKey[]) => ({
  keys: keys.map(({ publicJwk }) => ({
    ...publicJwk,
    alg: 'EdDSA' as const,
    use: 'sig' as const,
  })),
});
