import { riskHeadersOf, type Enforcement } from '@stepgate/client';
import type { DecisionRequest } from '@stepgate/contracts';
import type { Response } from 'express';
import { sendEvent } from '../gateway-events.js';
import type { GuardDeps } from './guard-deps.js';

export interface Admission {
  readonly subject: DecisionRequest['subject'];
  readonly groups: readonly string[];
  readonly enforcement: Enforcement;
  readonly address: string;
}

/**
 * Gives the browser its session and tells the engine, which learns from proven logins only: without
 * a decision (a configured fail-open) there is nothing that it could hold the login against. The
 * device is learnt as the decision names it.
 */
export const letIn = async (
  deps: GuardDeps,
  response: Response,
  { subject, groups, enforcement, address }: Admission,
): Promise<void> => {
  const risk = riskHeadersOf(enforcement);
  const value = await deps.tokens.sealSession({
    kind: 'session',
    subject: subject.id,
    groups: [...groups],
    risk,
  });
  const maxAgeSeconds = Math.floor(deps.guard.sessionTtlMs / 1_000);
  deps.cookies.clear(response, 'pending');
  deps.cookies.set(response, { name: 'session', value, maxAgeSeconds, sameSite: 'lax' });
  if (enforcement.decision === null) return;
  const { decision_id: decisionId, device } = enforcement.decision;
  if (device !== null) {
    deps.deviceCookie.keepToken(response, { subject: subject.id, token: device.token });
  }
  await sendEvent(deps.client, {
    type: 'login_succeeded',
    subject,
    decision_id: decisionId,
    context: { ip: address },
  });
};
