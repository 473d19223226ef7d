import { hash, sign, type KeyObject } from 'node:crypto';
import type { DecisionResponse, OperationId, SignedClaims } from '@stepgate/contracts';
import type { Call } from './routes/handler.js';

export const signModes = ['degraded', 'all'] as const;

export interface AnswerToSign {
  readonly operation: OperationId;
  readonly call: Pick<Call, 'bodyHash' | 'tenant' | 'receivedAt'>;
  /** As sent, byte for byte. */
  readonly body: string;
  readonly answer: unknown;
}

export interface AnswerSigner {
  /** Value of the header Stepgate-Signature; null: this answer is not signed. */
  sign(answer: AnswerToSign): string | null;
}

export const signNothing: AnswerSigner = { sign: () => null };

export interface AnswerSignerOptions {
  /** Ed25519. */
  readonly key: { readonly privateKey: KeyObject; readonly keyId: string };
  /** `degraded`: only what was decided without a part of its grounds, which costs the others nothing. */
  readonly mode: (typeof signModes)[number];
}

/** A degraded answer is one for now. */
const degradedLifetimeMs = 60_000;

/** The operations whose answer is a decision: only they can say allow. */
const isDecision = (operation: OperationId, _answer: unknown): _answer is DecisionResponse =>
  operation === 'decide' || operation === 'completeDecision';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const expiryOf = ({ degraded, expires_at }: DecisionResponse, receivedAt: number): number => {
  const expiresAt = Date.parse(expires_at);
  return degraded.length === 0 ? expiresAt : Math.min(expiresAt, receivedAt + degradedLifetimeMs);
};

const claimsOf = (
  { call, body }: Pick<AnswerToSign, 'call' | 'body'>,
  decision: DecisionResponse,
): SignedClaims => ({
  iss: 'stepgate',
  iat: Math.floor(call.receivedAt / 1_000),
  exp: Math.floor(expiryOf(decision, call.receivedAt) / 1_000),
  decision_id: decision.decision_id,
  attempt_id: decision.attempt_id,
  decision: decision.decision,
  degraded: decision.degraded,
  req: Buffer.from(call.bodyHash(), 'hex').toString('base64url'),
  res: hash('sha256', body, 'base64url'),
});

/**
 * Signs decisions (compact JWS, EdDSA), so that something else on the engine's address cannot say
 * allow: attackers have pointed an MFA client at 127.0.0.1 (CISA AA22-074A). The request's hash is
 * signed along, so an allow that was given once answers no other question.
 */
export const createAnswerSigner = ({ key, mode }: AnswerSignerOptions): AnswerSigner => {
  const head = encode({ alg: 'EdDSA', kid: key.keyId, typ: 'stepgate-decision' });
  return {
    sign: ({ operation, call, body, answer }) => {
      if (!isDecision(operation, answer)) return null;
      if (mode === 'degraded' && answer.degraded.length === 0) return null;
      const signed = `${head}.${encode(claimsOf({ call, body }, answer))}`;
      return `${signed}.${sign(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
    },
  };
};
