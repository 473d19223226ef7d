import { constants, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';

export type Algorithm = 'EdDSA' | 'ES256' | 'RS256' | 'PS256';

interface IssuerKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Somebody whose JWT assertions the engine believes, with one key of each algorithm. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly keys: Readonly<Record<Algorithm, IssuerKey>>;
}

const pairOf = (alg: Algorithm): { privateKey: KeyObject; publicKey: KeyObject } => {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('rsa', { modulusLength: 2_048 });
};

const keyOf = (alg: Algorithm): IssuerKey => ({ kid: `key-${alg}`, alg, ...pairOf(alg) });

export const createTokenIssuer = (subject: string): TokenIssuer => ({
  issuer: 'https://idp.example.com',
  subject,
  audience: 'stepgate',
  keys: {
    EdDSA: keyOf('EdDSA'),
    ES256: keyOf('ES256'),
    RS256: keyOf('RS256'),
    PS256: keyOf('PS256'),
  },
});

export const publicJwk = ({ kid, alg, publicKey }: IssuerKey): JsonWebKey => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg,
});

/** For the list `jwt` of the key file. */
export const jwtEntryOf = (
  { issuer, subject, audience, keys }: TokenIssuer,
  granted: { readonly id: string; readonly tenant: string; readonly scopes: readonly string[] },
): object => ({ ...granted, issuer, subject, audience, keys: Object.values(keys).map(publicJwk) });

export const part = (value: string | Uint8Array | object): string =>
  Buffer.from(
    typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
  ).toString('base64url');

export const signatureOf = (alg: Algorithm, key: KeyObject, data: string): Buffer => {
  const bytes = Buffer.from(data);
  if (alg === 'EdDSA') return sign(null, bytes, key);
  if (alg === 'ES256') return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  if (alg === 'RS256') return sign('sha256', bytes, key);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign('sha256', bytes, { key, padding, saltLength: 32 });
};

type Claims = Readonly<Record<string, unknown>>;

/** @param now in seconds. */
export const claimsOf = (party: TokenIssuer, now: number): Claims => ({
  iss: party.issuer,
  sub: party.subject,
  aud: party.audience,
  exp: now + 300,
  iat: now,
});

export interface TokenParts {
  readonly alg?: Algorithm;
  /** Over or instead of what belongs there; text is taken as it is. */
  readonly header?: object | string;
  readonly claims?: object | string;
  /** In seconds. */
  readonly now: number;
}

/** Signed by the issuer, whatever it says. */
export const signToken = (
  party: TokenIssuer,
  { alg = 'EdDSA', header = {}, claims = {}, now }: TokenParts,
): string => {
  const { kid, privateKey } = party.keys[alg];
  const head = part(typeof header === 'string' ? header : { alg, kid, typ: 'JWT', ...header });
  const body = part(typeof claims === 'string' ? claims : { ...claimsOf(party, now), ...claims });
  const data = `${head}.${body}`;
  return `${data}.${signatureOf(alg, privateKey, data).toString('base64url')}`;
};
