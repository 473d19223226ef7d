import { outcomes } from '@stepgate/engine';
import { z } from 'zod';

/** In lower case, as node:http has it. */
export const signatureHeader = 'stepgate-signature';

const digest = z.string().regex(/^[\w-]{43}$/);

/** RFC 8037 keys, for who verifies; what an issuer adds besides is not needed. */
export const publicKeysSchema = z
  .object({
    keys: z
      .array(
        z.object({
          kty: z.literal('OKP'),
          crv: z.literal('Ed25519'),
          x: digest,
          kid: z.string().min(1).max(128),
          alg: z.literal('EdDSA').optional(),
          use: z.literal('sig').optional(),
        }),
      )
      .min(1),
  })
  .meta({ id: 'PublicKeys' });
export type PublicKeys = z.infer<typeof publicKeysSchema>;

/** Strict: no `jwk`, `jku` or `crit` by which an answer could bring its own key or rules. */
export const signatureHeadSchema = z.strictObject({
  alg: z.literal('EdDSA'),
  kid: z.string(),
  typ: z.literal('stepgate-decision'),
});

/**
 * What a signed decision vouches for. The bodies are bound by their SHA-256 (base64url), so the
 * signature fits one question and one answer only. Times are in seconds since the epoch.
 */
export const signedClaimsSchema = z.object({
  iss: z.literal('stepgate'),
  iat: z.int(),
  exp: z.int(),
  decision_id: z.string(),
  attempt_id: z.string(),
  decision: z.enum(outcomes),
  degraded: z.array(z.string()),
  /** Of the request's body. */
  req: digest,
  /** Of the answer's body. */
  res: digest,
});
export type SignedClaims = z.infer<typeof signedClaimsSchema>;
