import { hash } from 'node:crypto';
import { boundsProblem, memberCount } from '@stepgate/contracts';
import { importJWK, jwtVerify, type CryptoKey } from 'jose';
import { z } from 'zod';
import type { JwtEntry } from './callers-file.js';
import { grantOf, type Grant } from './grant.js';

const maxTokenLength = 4_096;
const maxLifetimeSeconds = 3_600;
const skewSeconds = 60;
const maxRemembered = 1_000;
/** What somebody without a key can make us work on at once. */
const maxVerifying = 128;

/**
 * Exactly these: a header that brings a key (jwk, x5c), says where one is (jku, x5u), asks for an
 * extension (crit, b64, zip) or anything else is none of ours.
 */
const headerSchema = z.strictObject({
  alg: z.enum(['EdDSA', 'ES256', 'RS256', 'PS256']),
  kid: z.string().min(1).max(128),
  typ: z.enum(['JWT', 'client-authentication+jwt']),
});

const seconds = z.number().min(0).max(1e11);

const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.tuple([z.string()]).transform(([only]) => only)]),
  exp: seconds,
  nbf: seconds.optional(),
  iat: seconds.optional(),
});

/** One way to write a part: base64url leaves bits over that a lenient reader ignores. */
const textOf = (part: string): string | null => {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes.toString('utf8') : null;
};

const bounds = { maxDepth: 8, maxKeys: 256 };

/** Undefined: no JSON, or with a member twice, of which parsers believe different ones. */
const parsePart = (part: string | undefined): unknown => {
  const text = textOf(part ?? '');
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return boundsProblem(value, { ...bounds, members: memberCount(text) }) === null
      ? value
      : undefined;
  } catch {
    return undefined;
  }
};

interface Trusted {
  readonly entry: JwtEntry;
  readonly grant: Grant;
  readonly keys: ReadonlyMap<string, { readonly alg: string; readonly key: CryptoKey }>;
}

const trust = async (entry: JwtEntry): Promise<Trusted> => {
  const keys = await Promise.all(
    entry.keys.map(async ({ kid, alg, use: _use, key_ops: _operations, ...jwk }) => {
      const key = await importJWK(jwk, alg);
      if (key instanceof Uint8Array) throw new TypeError('a JWT key must be public');
      return [kid, { alg, key }] as const;
    }),
  );
  return { entry, grant: grantOf(entry), keys: new Map(keys) };
};

const nameOf = (issuer: string, subject: string): string => JSON.stringify([issuer, subject]);

interface Checked {
  readonly grant: Grant;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

type Verify = (token: string, now: number) => Promise<Checked | null>;

/** Times within a skew of a minute; an assertion lives for an hour at most (RFC 7523, 3). */
const isTimely = ({ exp, nbf, iat }: z.output<typeof claimsSchema>, now: number): boolean =>
  exp > now - skewSeconds &&
  exp <= now + maxLifetimeSeconds + skewSeconds &&
  (nbf ?? 0) <= now + skewSeconds &&
  (iat ?? 0) <= now + skewSeconds;

const createVerify =
  (trusted: ReadonlyMap<string, Trusted>): Verify =>
  async (token, now) => {
    const [header, payload, signature, ...more] = token.split('.');
    if (more.length > 0 || textOf(signature ?? '') === null) return null;
    const protectedHeader = headerSchema.safeParse(parsePart(header)).data;
    const claims = claimsSchema.safeParse(parsePart(payload)).data;
    if (protectedHeader === undefined || claims === undefined) return null;
    const party = trusted.get(nameOf(claims.iss, claims.sub));
    const key = party?.keys.get(protectedHeader.kid);
    if (party === undefined || key?.alg !== protectedHeader.alg) return null;
    if (claims.aud !== party.entry.audience || !isTimely(claims, now / 1_000)) return null;
    await jwtVerify(token, key.key, {
      algorithms: [key.alg],
      issuer: party.entry.issuer,
      subject: party.entry.subject,
      audience: party.entry.audience,
      clockTolerance: skewSeconds,
      currentDate: new Date(now),
    });
    return { grant: party.grant, expiresAt: claims.exp * 1_000 };
  };

export interface Assertions {
  /** Known and in force, without a promise; undefined when it must be verified first. */
  remembered(token: string, now: number): Grant | undefined;
  /** Null: not to be trusted. Undefined: too many are being verified already. */
  verify(token: string, now: number): Promise<Grant | null> | undefined;
}

/**
 * JWT assertions (RFC 7523): verified once and remembered until they expire. What is remembered
 * belongs to one reading of the file, so that a key that was taken out takes its tokens with it.
 */
export const createAssertions = async (entries: readonly JwtEntry[]): Promise<Assertions> => {
  const parties = await Promise.all(entries.map(trust));
  const verify = createVerify(
    new Map(parties.map((party) => [nameOf(party.entry.issuer, party.entry.subject), party])),
  );
  const known = new Map<string, Checked>();
  let verifying = 0;
  const remember = (token: string, checked: Checked): void => {
    const [oldest] = known.keys();
    if (known.size >= maxRemembered && oldest !== undefined) known.delete(oldest);
    known.set(hash('sha256', token), checked);
  };
  return {
    remembered: (token, now) => {
      if (known.size === 0) return undefined;
      const checked = known.get(hash('sha256', token));
      return checked !== undefined && checked.expiresAt > now ? checked.grant : undefined;
    },
    verify: (token, now) => {
      if (token.length > maxTokenLength) return Promise.resolve(null);
      if (verifying >= maxVerifying) return undefined;
      verifying += 1;
      return verify(token, now)
        .then(
          (checked) => {
            if (checked !== null) remember(token, checked);
            return checked?.grant ?? null;
          },
          () => null,
        )
        .finally(() => {
          verifying -= 1;
        });
    },
  };
};
