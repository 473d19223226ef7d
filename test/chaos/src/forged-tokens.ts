import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  claimsOf,
  createTokenIssuer,
  part,
  publicJwk,
  signatureOf,
  signToken,
  type Algorithm,
  type TokenIssuer,
} from './token-issuer.js';

export interface ForgedToken {
  readonly name: string;
  readonly token: string;
}

/** @param now in seconds. */
type Forge = (party: TokenIssuer, now: number) => Readonly<Record<string, string>>;

const algorithms: readonly Algorithm[] = ['EdDSA', 'ES256', 'RS256', 'PS256'];

const unsigned = (party: TokenIssuer, now: number, header: object): string =>
  `${part(header)}.${part(claimsOf(party, now))}`;

/** No signature at all, under every way to write it. */
const none: Forge = (party, now) =>
  Object.fromEntries(
    ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg) => {
      const data = unsigned(party, now, { alg, kid: party.keys.EdDSA.kid, typ: 'JWT' });
      return [
        [`alg "${alg}", no signature`, `${data}.`],
        [`alg "${alg}", some signature`, `${data}.${part('signature')}`],
      ];
    }),
  );

const secretsOf = (key: KeyObject): Readonly<Record<string, string | Buffer>> => {
  const pem = key.export({ format: 'pem', type: 'spki' }).toString();
  return {
    PEM: pem,
    // CVE-2026-34950: a blank before the PEM hid it from the check.
    'PEM behind a blank': ` ${pem}`,
    'PEM without its last line end': pem.trimEnd(),
    DER: key.export({ format: 'der', type: 'spki' }),
    JWK: JSON.stringify(key.export({ format: 'jwk' })),
  };
};

/** The public key, which everybody has, taken for a shared secret. */
const confused: Forge = (party, now) =>
  Object.fromEntries(
    algorithms.flatMap((alg) =>
      Object.entries(secretsOf(party.keys[alg].publicKey)).map(([form, secret]) => {
        const data = unsigned(party, now, { alg: 'HS256', kid: party.keys[alg].kid, typ: 'JWT' });
        const mac = createHmac('sha256', secret).update(data).digest('base64url');
        return [`HS256 with the ${form} of ${alg}`, `${data}.${mac}`];
      }),
    ),
  );

/** Another algorithm, or another key, than the one that the key id stands for. */
const crossed: Forge = (party, now) =>
  Object.fromEntries(
    algorithms.flatMap((alg) =>
      algorithms
        .filter((other) => other !== alg)
        .map((other) => [
          `signed with ${alg}, under the key id of ${other}`,
          signToken(party, { alg, now, header: { kid: party.keys[other].kid } }),
        ]),
    ),
  );

const stranger = createTokenIssuer('stranger');

/** A key that the token brings along or says where to find. */
const ownKey: Forge = (party, now) => {
  const { privateKey } = stranger.keys.EdDSA;
  const { kid } = party.keys.EdDSA;
  const withHeader = (header: object): string => {
    const data = unsigned(party, now, { alg: 'EdDSA', kid, typ: 'JWT', ...header });
    return `${data}.${signatureOf('EdDSA', privateKey, data).toString('base64url')}`;
  };
  return {
    'a stranger signed': withHeader({}),
    'jwk in the header': withHeader({ jwk: publicJwk(stranger.keys.EdDSA) }),
    'jku in the header': withHeader({ jku: 'https://attacker.example/keys.json' }),
    'x5u in the header': withHeader({ x5u: 'https://attacker.example/cert.pem' }),
    'x5c in the header': withHeader({ x5c: [part('certificate')] }),
    'jku in the header, signed by the right key': signToken(party, {
      now,
      header: { jku: 'https://attacker.example/keys.json' },
    }),
    'jwk in the header, signed by the right key': signToken(party, {
      now,
      header: { jwk: publicJwk(stranger.keys.EdDSA) },
    }),
    'x5u in the header, signed by the right key': signToken(party, {
      now,
      header: { x5u: 'https://attacker.example/cert.pem' },
    }),
  };
};

const kids: readonly unknown[] = [
  '../../../../dev/null',
  '/dev/null',
  "' OR '1'='1",
  'key-EdDSA\u0000',
  'key-EdDSA ',
  'KEY-EDDSA',
  '__proto__',
  'constructor',
  '',
  ['key-EdDSA'],
  { toString: 'key-EdDSA' },
  null,
  0,
];

const keyIds: Forge = (party, now) =>
  Object.fromEntries(
    kids.map((kid) => [
      `key id ${JSON.stringify(kid)}`,
      signToken(party, { now, header: { kid } }),
    ]),
  );

const headers: Forge = (party, now) => {
  const { kid } = party.keys.EdDSA;
  const plain = { alg: 'EdDSA', kid, typ: 'JWT' };
  const withHeader = (header: object | string): string => signToken(party, { now, header });
  return {
    'an extension that must be understood': withHeader({ crit: ['exp'], exp: now }),
    'an empty crit': withHeader({ crit: [] }),
    'b64 false': withHeader({ b64: false, crit: ['b64'] }),
    'a compressed payload': withHeader({ zip: 'DEF' }),
    'nested in another token': withHeader({ cty: 'JWT' }),
    'no key id': withHeader(JSON.stringify({ alg: 'EdDSA', typ: 'JWT' })),
    'no type': withHeader(JSON.stringify({ alg: 'EdDSA', kid })),
    'the type of an id token': withHeader({ typ: 'id_token+jwt' }),
    'the type of a logout token': withHeader({ typ: 'logout+jwt' }),
    'the type of a DPoP proof': withHeader({ typ: 'dpop+jwt' }),
    'alg in lower case': withHeader({ alg: 'eddsa' }),
    'alg as a list': withHeader({ alg: ['EdDSA'] }),
    'alg behind a blank': withHeader({ alg: ' EdDSA' }),
    'alg twice, the right one last': withHeader(
      `{"alg":"none","alg":"EdDSA","kid":"${kid}","typ":"JWT"}`,
    ),
    'a header that is no object': withHeader(JSON.stringify([plain])),
    'a header that is no JSON': withHeader('alg: EdDSA'),
  };
};

const claims: Forge = (party, now) => {
  const withClaims = (changed: object | string): string =>
    signToken(party, { now, claims: changed });
  const right = JSON.stringify(claimsOf(party, now));
  const { exp: _exp, ...lasting } = claimsOf(party, now);
  return {
    expired: withClaims({ exp: now - 61 }),
    'expired long ago': withClaims({ exp: 1 }),
    'no expiry': withClaims(JSON.stringify(lasting)),
    'an expiry in words': withClaims({ exp: 'tomorrow' }),
    'an expiry that is null': withClaims({ exp: null }),
    'an expiry in milliseconds': withClaims({ exp: now * 1_000 }),
    'valid for two hours': withClaims({ exp: now + 7_200 }),
    'not valid yet': withClaims({ nbf: now + 600 }),
    'issued in the future': withClaims({ iat: now + 600 }),
    'another issuer': withClaims({ iss: 'https://attacker.example' }),
    'the issuer with a slash': withClaims({ iss: `${party.issuer}/` }),
    'the issuer as a list': withClaims({ iss: [party.issuer] }),
    'another subject': withClaims({ sub: 'somebody' }),
    'the subject in capitals': withClaims({ sub: party.subject.toUpperCase() }),
    'another audience': withClaims({ aud: 'https://other.example' }),
    'the audience among others': withClaims({ aud: [party.audience, 'https://other.example'] }),
    'no audience': withClaims({ aud: undefined }),
    'an audience that begins right': withClaims({ aud: `${party.audience}.example` }),
    'a claim twice, the right one last': withClaims(right.replace('{', '{"aud":"other",')),
    'a claim twice, the right one first': withClaims(`${right.slice(0, -1)},"aud":"other"}`),
    'a payload that is a list': withClaims(`[${right}]`),
    'no payload': withClaims(' '),
  };
};

/** Order of the group of P-256. */
const order = Buffer.from(
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'hex',
);
const zero = Buffer.alloc(32);

/**
 * Signatures that careless verifiers take for right (CVE-2022-21449). Of a right one, `s` and `order - s`
 * both verify and say the same thing of the same text; so that one is no forgery, and not here.
 */
const curve: Forge = (party, now) => {
  const { kid, privateKey } = party.keys.ES256;
  const data = unsigned(party, now, { alg: 'ES256', kid, typ: 'JWT' });
  const signed = (signature: Buffer): string => `${data}.${signature.toString('base64url')}`;
  const right = signatureOf('ES256', privateKey, data);
  const weak = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  return {
    'ES256 of zeros': signed(Buffer.concat([zero, zero])),
    'ES256 with s zero': signed(Buffer.concat([right.subarray(0, 32), zero])),
    'ES256 of the order': signed(Buffer.concat([order, order])),
    'ES256 in DER': signed(sign('sha256', Buffer.from(data), privateKey)),
    'ES256 cut short': signed(right.subarray(0, 63)),
    'ES256 with a byte more': signed(Buffer.concat([right, Buffer.from([0])])),
    'ES256 on another curve': signed(
      sign('sha256', Buffer.from(data), { key: weak, dsaEncoding: 'ieee-p1363' }),
    ),
  };
};

/** The same token, all but one bit; spread over its whole length, the last character included. */
const flipped = (name: string, token: string): Readonly<Record<string, string>> => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const step = Math.max(1, Math.floor(token.length / 40));
  const places = [...Array(token.length).keys()].filter((at) => at % step === 0);
  return Object.fromEntries(
    [...places, token.length - 1].flatMap((at) => {
      const digit = alphabet.indexOf(token.charAt(at));
      if (digit < 0) return [];
      const other = alphabet.charAt(digit ^ 1);
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      return [[`${name}: a bit of character ${String(at)}`, changed]];
    }),
  );
};

const shapes: Forge = (party, now) => {
  const right = signToken(party, { now });
  const [head = '', body = '', signature = ''] = right.split('.');
  return {
    ...flipped('EdDSA', right),
    ...flipped('ES256', signToken(party, { alg: 'ES256', now })),
    'two parts': `${head}.${body}`,
    'four parts': `${right}.${signature}`,
    'five parts, as if encrypted': `${right}.${body}.${signature}`,
    'an empty signature': `${head}.${body}.`,
    'half a signature': `${head}.${body}.${signature.slice(0, 43)}`,
    padded: `${head}.${body}.${signature}==`,
    'in the alphabet of base64': `${head}.${body}.${signature.slice(0, -4)}+/+/`,
    'dots only': '..',
    'the signature of another token': `${head}.${body}.${signToken(party, { now: now - 1 }).split('.')[2] ?? ''}`,
    'as JSON': part({ payload: body, signatures: [{ protected: head, signature }] }),
    huge: signToken(party, { now, claims: { filler: 'x'.repeat(3_000) } }),
    deep: signToken(party, {
      now,
      claims: { deep: JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)) as unknown },
    }),
  };
};

const forges = [none, confused, crossed, ownKey, keyIds, headers, claims, curve, shapes];

/** What must not pass for a token of the issuer. @param now in seconds. */
export const forgedTokens = (party: TokenIssuer, now: number): readonly ForgedToken[] =>
  forges.flatMap((forge) =>
    Object.entries(forge(party, now)).map(([name, token]) => ({ name, token })),
  );
