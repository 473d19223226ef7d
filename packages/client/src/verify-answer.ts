import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';
import {
  signatureHeadSchema,
  signedClaimsSchema,
  type PublicKeys,
  type SignedClaims,
} from '@stepgate/contracts';
import type { Reply } from './transport.js';

/** Clocks of engine and PEP may differ by this much; an older signature is a recording. */
const skewSeconds = 60;
const compactJws = /^(?<head>[\w-]{1,512})\.(?<claims>[\w-]{1,8192})\.(?<signature>[\w-]{86})$/;

/** What an answer's signature says, or why it says nothing. */
export type Vouched =
  | { readonly kind: 'vouched'; readonly claims: SignedClaims }
  | { readonly kind: 'forged'; readonly detail: string };
export type AnswerVerifier = (reply: Reply) => Vouched;

const forged = (detail: string): Vouched => ({ kind: 'forged', detail });

const decode = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
};

const digestOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'base64url');

/** The claims are the engine's own; are they about this exchange, and about now? */
const claimsProblem = (claims: SignedClaims, reply: Reply, now: number): string | null => {
  if (claims.iat > now + skewSeconds) return 'the signature is of a later time';
  if (claims.iat < now - skewSeconds) return 'the signature is of an earlier time';
  if (claims.exp < now - skewSeconds) return 'the signed decision has expired';
  if (claims.req !== digestOf(reply.sent)) return 'the signature answers another request';
  return claims.res === digestOf(reply.received) ? null : 'the answer is not the one signed';
};

const keysById = ({ keys }: PublicKeys): ReadonlyMap<string, KeyObject> => {
  if (keys.length === 0) throw new RangeError('verifyKeys holds no key');
  return new Map(
    keys.map(({ kty, crv, x, kid }) => [
      kid,
      createPublicKey({ key: { kty, crv, x }, format: 'jwk' }),
    ]),
  );
};

/**
 * Checks `Stepgate-Signature` against pinned keys. The algorithm is fixed (EdDSA) and the key is one
 * of those given: nothing in the answer chooses either (RFC 8725 3.1).
 *
 * @throws when a key cannot be used: a PEP that pins none must not run as if it did.
 */
export const createAnswerVerifier = (
  verifyKeys: PublicKeys,
  clock: () => number = Date.now,
): AnswerVerifier => {
  const pinned = keysById(verifyKeys);
  return (reply) => {
    if (reply.signature === null) return forged('no signature; does the engine sign all?');
    const groups = compactJws.exec(reply.signature)?.groups;
    if (groups === undefined) return forged('the signature is malformed');
    const { head = '', claims = '', signature = '' } = groups;
    const parsedHead = signatureHeadSchema.safeParse(decode(head));
    if (!parsedHead.success) return forged('the signature is of another kind');
    const key = pinned.get(parsedHead.data.kid);
    if (key === undefined) return forged('the signing key is not pinned');
    const signed = Buffer.from(`${head}.${claims}`);
    const bytes = Buffer.from(signature, 'base64url');
    // One spelling for one signature: the last character has four bits that decoding drops.
    if (bytes.toString('base64url') !== signature || !verify(null, signed, key, bytes)) {
      return forged('the signature does not verify');
    }
    const parsed = signedClaimsSchema.safeParse(decode(claims));
    if (!parsed.success) return forged('the signed claims are incomplete');
    const problem = claimsProblem(parsed.data, reply, clock() / 1_000);
    return problem === null ? { kind: 'vouched', claims: parsed.data } : forged(problem);
  };
};
