import { randomUUID } from 'node:crypto';
import { challengeFor } from './challenge.js';
import type { Enforcement } from './enforcement.js';

/** An answer to the end user in problem details (RFC 9457). */
export interface Refusal {
  readonly status: 401 | 403;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

const problem = (
  status: number,
  code: string,
  text: { readonly title: string; readonly detail: string },
): Record<string, unknown> => ({
  type: `urn:stepgate:problem:${code}`,
  ...text,
  status,
  instance: `urn:uuid:${randomUUID()}`,
  code,
});

/**
 * Null for an allow. Coarse on purpose: the one who reads it may be the attacker, so no score, no
 * reason and no policy; only what the owner needs to go on.
 */
export const encodeRefusal = (enforcement: Enforcement): Refusal | null => {
  if (enforcement.outcome === 'allow') return null;
  const decisionId = enforcement.decision?.decision_id ?? null;
  if (enforcement.outcome === 'deny') {
    const title = 'Access is denied';
    const detail = 'This sign-in cannot go on. Try again later or contact support.';
    const body = { ...problem(403, 'access_denied', { title, detail }), decision_id: decisionId };
    return { status: 403, headers, body };
  }
  const { stepUp } = enforcement;
  const title = 'A step-up is required';
  const detail =
    decisionId === null
      ? 'The risk engine cannot be reached, so this step-up cannot be completed here. Try again.'
      : 'Complete the step-up with one of the authenticators, best first.';
  return {
    status: 401,
    headers: { ...headers, 'www-authenticate': challengeFor(stepUp) },
    body: {
      ...problem(401, 'step_up_required', { title, detail }),
      decision_id: decisionId,
      authenticators: stepUp.authenticators,
      number_matching: stepUp.number_matching,
      acr_values: stepUp.acr_values,
      max_age: stepUp.max_age,
      enrolment_required: stepUp.enrolment_required,
    },
  };
};
