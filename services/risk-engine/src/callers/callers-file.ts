import { scopes } from '@stepgate/contracts';
import { z } from 'zod';

/** What every kind of entry says of the caller. */
const common = {
  id: z.string().regex(/^[\w.@:-]{1,64}$/, 'must be 1 to 64 letters, digits or any of . _ @ : -'),
  tenant: z.string().min(1).max(64),
  scopes: z.array(z.enum(scopes)).min(1),
  expires_at: z.iso.datetime({ offset: true, error: 'must be an RFC 3339 timestamp' }).optional(),
  max_per_second: z.number().min(1).max(1_000_000).optional(),
};

/**
 * Keys at rest are SHA-256 digests: a key is 256 random bits, so a slow hash would add nothing but
 * latency to every decision.
 */
const keySchema = z.strictObject({
  ...common,
  id: z.string().min(1).max(64),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest in lower-case hex'),
});

const certificateSchema = z.strictObject({
  ...common,
  san: z
    .string()
    .regex(/^(?:URI|DNS):[\x21-\x7e]{1,255}$/, 'must be URI:… or DNS:…')
    // What Node quotes and what separates names is never part of one.
    .regex(/^[^",*]+$/, 'must be one exact name'),
});

const base64url = (least: number, most: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url')
    .min(least)
    .max(most);

/** Public members only: a file with a private key in it is refused. */
const keyUse = {
  kid: z.string().min(1).max(128),
  use: z.literal('sig').optional(),
  key_ops: z.tuple([z.literal('verify')]).optional(),
};

/** The algorithm is the key's, never the token's (CVE-2026-34950); RSA keys have 2,048 bits at least. */
const jwkSchema = z.discriminatedUnion('kty', [
  z.strictObject({
    ...keyUse,
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: base64url(43, 43),
    alg: z.literal('EdDSA').default('EdDSA'),
  }),
  z.strictObject({
    ...keyUse,
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: base64url(43, 43),
    y: base64url(43, 43),
    alg: z.literal('ES256').default('ES256'),
  }),
  z.strictObject({
    ...keyUse,
    kty: z.literal('RSA'),
    n: base64url(342, 1366),
    e: base64url(1, 6),
    alg: z.enum(['RS256', 'PS256']),
  }),
]);

const jwtSchema = z.strictObject({
  ...common,
  issuer: z.string().min(1).max(512),
  subject: z.string().min(1).max(256),
  audience: z.string().min(1).max(512).default('stepgate'),
  keys: z.array(jwkSchema).min(1).max(16),
});

const leastSecretBytes = 32;

export const hmacSecretSchema = z
  .string()
  .refine(
    (secret) => Buffer.byteLength(secret) >= leastSecretBytes,
    `must be a random secret of at least ${String(leastSecretBytes)} bytes`,
  );

const hmacSchema = z
  .strictObject({
    ...common,
    secret: hmacSecretSchema.optional(),
    secret_file: z.string().min(1).optional(),
  })
  .refine(
    ({ secret, secret_file: file }) => (secret === undefined) !== (file === undefined),
    'needs secret or secret_file, not both',
  );

const maxEntries = 10_000;

const isUnique = (names: readonly string[]): boolean => new Set(names).size === names.length;

export const callersFileSchema = z
  .strictObject({
    keys: z.array(keySchema).max(maxEntries).default([]),
    certificates: z.array(certificateSchema).max(maxEntries).default([]),
    jwt: z.array(jwtSchema).max(maxEntries).default([]),
    hmac: z.array(hmacSchema).max(maxEntries).default([]),
  })
  .refine(
    ({ keys, certificates, jwt, hmac }) =>
      keys.length + certificates.length + jwt.length + hmac.length > 0,
    'names no caller',
  )
  // Two tenants for one credential would leave it to the order of lines whose data it sees.
  .refine(({ keys }) => isUnique(keys.map(({ sha256 }) => sha256)), 'has a key twice')
  .refine(({ certificates }) => isUnique(certificates.map(({ san }) => san)), 'has a SAN twice')
  .refine(
    ({ jwt }) => isUnique(jwt.map(({ issuer, subject }) => JSON.stringify([issuer, subject]))),
    'has an issuer and subject twice',
  )
  .refine(
    ({ jwt }) => jwt.every(({ keys }) => isUnique(keys.map(({ kid }) => kid))),
    'has a kid twice in one entry',
  )
  .refine(({ hmac }) => isUnique(hmac.map(({ id }) => id)), 'has an id twice under hmac');

export type CallersFile = z.output<typeof callersFileSchema>;
export type CertificateEntry = CallersFile['certificates'][number];
export type JwtEntry = CallersFile['jwt'][number];
/** With the secret itself, wherever it was. */
export type HmacEntry = Omit<CallersFile['hmac'][number], 'secret' | 'secret_file'> & {
  readonly secret: string;
};
