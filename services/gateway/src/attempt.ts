import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DecisionRequest } from '@stepgate/contracts';
import type { Identity } from './identity.js';

type Context = DecisionRequest['context'];
type Device = NonNullable<Context['device']>;

export interface AttemptParts {
  readonly identity: Identity;
  readonly action: 'login' | 'access';
  readonly application: string;
  readonly address: string;
  /** What names the device, if anything does. */
  readonly device: Pick<Device, 'id' | 'token'>;
  readonly amr?: readonly string[];
}

/** What the engine takes at most; a longer one is nobody's browser. */
const maxUserAgentLength = 8192;

/** Client hints that browsers send unasked and that outlive an upgrade. */
const hints = { platform: 'sec-ch-ua-platform', mobile: 'sec-ch-ua-mobile' } as const;
const maxHintLength = 64;

const fingerprintOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(hints).flatMap(([name, header]) => {
      const value = headers[header];
      return typeof value === 'string' ? [[name, value.slice(0, maxHintLength)]] : [];
    }),
  );

const deviceOf = (request: IncomingMessage, named: AttemptParts['device']): Device => {
  const fingerprint = fingerprintOf(request);
  return { ...named, ...(Object.keys(fingerprint).length === 0 ? {} : { fingerprint }) };
};

const contextOf = (request: IncomingMessage, parts: AttemptParts): Context => {
  const userAgent = request.headers['user-agent'];
  const device = deviceOf(request, parts.device);
  return {
    ip: parts.address,
    ...(userAgent === undefined ? {} : { user_agent: userAgent.slice(0, maxUserAgentLength) }),
    ...(Object.keys(device).length === 0 ? {} : { device }),
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
