import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DecisionRequest } from '@stepgate/contracts';
import type { Identity } from './identity.js';

export interface AttemptParts {
  readonly identity: Identity;
  readonly action: 'login' | 'access';
  readonly application: string;
  readonly address: string;
  readonly deviceId: string | null;
  readonly amr?: readonly string[];
}

/** What the engine takes at most; a longer one is nobody's browser. */
const maxUserAgentLength = 8192;

type Context = DecisionRequest['context'];

const contextOf = (request: IncomingMessage, parts: AttemptParts): Context => {
  const userAgent = request.headers['user-agent'];
  return {
    ip: parts.address,
    ...(userAgent === undefined ? {} : { user_agent: userAgent.slice(0, maxUserAgentLength) }),
    ...(parts.deviceId === null ? {} : { device: { id: parts.deviceId } }),
    ...(parts.amr === undefined ? {} : { amr: [...parts.amr] }),
  };
};

const subjectOf = ({ subject, groups, authenticators }: Identity): DecisionRequest['subject'] => ({
  type: 'user',
  id: subject,
  properties: {
    groups: [...groups],
    ...(authenticators === null ? {} : { authenticators: [...authenticators] }),
  },
});

/** One attempt in the engine's words. */
export const describeAttempt = (
  request: IncomingMessage,
  parts: AttemptParts,
): DecisionRequest => ({
  attempt_id: randomUUID(),
  subject: subjectOf(parts.identity),
  action: { name: parts.action },
  resource: { type: 'application', id: parts.application },
  context: contextOf(request, parts),
});
