import { encodeRefusal, type Enforcement } from '@stepgate/client';
import type { Response } from 'express';
import type { PendingLogin } from '../sealed-tokens.js';
import type { GuardDeps } from './guard-deps.js';

/** As long as an out-of-band secret lives at most (NIST SP 800-63B-4 3.1.3.1). */
export const pendingTtlMs = 600_000;

/** A `Set-Cookie` of more than 4 kB is dropped by browsers without a word. */
const maxCookieLength = 3_900;

const sealWithinLimit = async (deps: GuardDeps, pending: PendingLogin): Promise<string> => {
  const whole = await deps.tokens.sealPending(pending);
  if (whole.length <= maxCookieLength) return whole;
  deps.log.warn(
    { decision_id: pending.decisionId, count: pending.upstreamCookies.length },
    'the cookies of the application are too large to be held during a step-up',
  );
  return deps.tokens.sealPending({ ...pending, upstreamCookies: [] });
};

export interface LoginSoFar {
  readonly subject: string;
  readonly groups: readonly string[];
  /** The application's own session, for after the step-up. */
  readonly upstreamCookies: readonly string[];
}

/** Answers with the challenge or the denial; a step-up binds this browser to its decision. */
export const refuse = async (
  deps: GuardDeps,
  response: Response,
  told: { readonly enforcement: Enforcement; readonly login: LoginSoFar },
): Promise<void> => {
  const { enforcement, login } = told;
  const refusal = encodeRefusal(enforcement);
  if (refusal === null) throw new Error('an allow is not refused');
  if (enforcement.outcome === 'step_up' && enforcement.decision !== null) {
    const value = await sealWithinLimit(deps, {
      kind: 'pending',
      decisionId: enforcement.decision.decision_id,
      subject: login.subject,
      groups: [...login.groups],
      stepUp: enforcement.stepUp,
      upstreamCookies: [...login.upstreamCookies],
    });
    const maxAgeSeconds = pendingTtlMs / 1_000;
    deps.cookies.set(response, { name: 'pending', value, maxAgeSeconds, sameSite: 'strict' });
  } else {
    deps.cookies.clear(response, 'pending');
  }
  response.status(refusal.status);
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
  response.end(JSON.stringify(refusal.body));
};
