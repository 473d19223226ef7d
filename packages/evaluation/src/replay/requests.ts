import type { CompletionRequest, DecisionRequest, EventRequest } from '@stepgate/contracts';
import type { Authenticator } from '@stepgate/engine';
import type { SyntheticLogin } from '../login.js';

/** What every user of the population has enrolled, best first. */
const enrolled: readonly Authenticator[] = ['passkey', 'totp', 'push'];

const subjectOf = ({ user }: SyntheticLogin): { type: string; id: string } => ({
  type: 'user',
  id: `user-${String(user)}`,
});

type Context = DecisionRequest['context'];

const contextOf = ({ address, userAgent, rttMs }: SyntheticLogin): Context => ({
  ip: address,
  user_agent: userAgent,
  ...(rttMs === null ? {} : { rtt_ms: rttMs }),
});

/** One login at one application; the policy that governs it is the one that is evaluated. */
export const decisionRequest = (
  login: SyntheticLogin,
  { application, token }: { readonly application: string; readonly token: string | null },
): DecisionRequest => ({
  subject: { ...subjectOf(login), properties: { authenticators: [...enrolled] } },
  action: { name: 'login' },
  resource: { type: 'application', id: application },
  context: { ...contextOf(login), ...(token === null ? {} : { device: { token } }) },
});

export const completionRequest = (
  login: SyntheticLogin,
  authenticator: Authenticator,
): CompletionRequest => ({
  authenticator,
  number_matched: true,
  context: { ip: login.address },
});

/** @param index of the login in its stream: the id of its event. */
export const succeededEvent = (
  login: SyntheticLogin,
  index: number,
  decisionId: string,
): EventRequest => ({
  id: `login-${String(index)}`,
  type: 'login_succeeded',
  subject: subjectOf(login),
  decision_id: decisionId,
});

export const failedEvent = (login: SyntheticLogin, index: number): EventRequest => ({
  id: `login-${String(index)}`,
  type: 'login_failed',
  subject: subjectOf(login),
  context: contextOf(login),
});
