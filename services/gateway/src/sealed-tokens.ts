import { createHash } from 'node:crypto';
import { defaults, seal, unseal } from '@hapi/iron';
import { riskHeaders, type RiskHeaders } from '@stepgate/client';
import { stepUpSchema } from '@stepgate/contracts';
import { z } from 'zod';

const riskHeadersSchema: z.ZodType<RiskHeaders> = z.record(z.enum(riskHeaders), z.string());

/** A login that was let in. The `kind` keeps one sort of token from being taken for another. */
const sessionSchema = z.object({
  kind: z.literal('session'),
  subject: z.string(),
  groups: z.array(z.string()),
  /** What the decision said, for the upstream. */
  risk: riskHeadersSchema,
});
export type Session = z.infer<typeof sessionSchema>;

/** A login that waits for its step-up, bound to the browser that gave the password. */
const pendingSchema = z.object({
  kind: z.literal('pending'),
  decisionId: z.uuid(),
  subject: z.string(),
  groups: z.array(z.string()),
  stepUp: stepUpSchema,
  /** The upstream's own session, held back until the step-up is done. */
  upstreamCookies: z.array(z.string()),
});
export type PendingLogin = z.infer<typeof pendingSchema>;

/** Encrypted, authenticated and expiring text; what cannot be opened is null, whatever the reason. */
export interface SealedTokens {
  readonly sealSession: (session: Session) => Promise<string>;
  readonly openSession: (text: string) => Promise<Session | null>;
  readonly sealPending: (pending: PendingLogin) => Promise<string>;
  readonly openPending: (text: string) => Promise<PendingLogin | null>;
}

export interface SealedTokensOptions {
  readonly keys: readonly string[];
  readonly sessionTtlMs: number;
  readonly pendingTtlMs: number;
}

const skewSeconds = 5;
/** Stable whatever the position in the list, so that rotation keeps old tokens alive. */
const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 12);

export const createSealedTokens = (options: SealedTokensOptions): SealedTokens => {
  const [current] = options.keys;
  if (current === undefined) throw new RangeError('sealing needs a key');
  const sealer = { id: idOf(current), secret: current };
  const openers = Object.fromEntries(options.keys.map((key) => [idOf(key), key]));
  const settings = (ttl: number) => ({ ...defaults, ttl, timestampSkewSec: skewSeconds });

  const open = async <T>(text: string, schema: z.ZodType<T>): Promise<T | null> => {
    // Forged, expired, cut and foreign tokens are everyday input, and iron says so by throwing.
    const opened: unknown = await unseal(text, openers, settings(0)).catch(() => null);
    return schema.safeParse(opened).data ?? null;
  };
  return {
    sealSession: (session) => seal(session, sealer, settings(options.sessionTtlMs)),
    openSession: (text) => open(text, sessionSchema),
    sealPending: (pending) => seal(pending, sealer, settings(options.pendingTtlMs)),
    openPending: (text) => open(text, pendingSchema),
  };
};
