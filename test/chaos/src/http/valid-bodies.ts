import { operationIds, routes, type OperationId, type Route } from '@stepgate/contracts';
import { loginBody } from './decision-question.js';

/** Planted into every body that is sent; none of it may come out anywhere. */
export const canaries = {
  subject: 'canary-subject-4711',
  device: 'canary-device-4711',
  address: '203.0.113.147',
  userAgent: 'CanaryBrowser-4711',
  session: 'canary-session-4711',
  attribute: 'canary-attribute-4711',
} as const;

const decision = {
  ...loginBody(canaries.subject),
  subject: {
    type: 'user',
    id: canaries.subject,
    properties: { groups: ['staff'], authenticators: ['totp'], department: canaries.attribute },
  },
  context: {
    ip: canaries.address,
    user_agent: canaries.userAgent,
    device: { id: canaries.device, managed: true, fingerprint: { gpu: canaries.attribute } },
    session_id: canaries.session,
    amr: ['pwd'],
    rtt_ms: 38.5,
    signals: { travelling: true, mood: canaries.attribute, weight: 3 },
  },
};

const completion = {
  authenticator: 'totp',
  amr: ['otp'],
  number_matched: false,
  context: { ip: canaries.address, user_agent: canaries.userAgent },
};

const events = {
  events: [
    {
      id: 'event-1',
      type: 'login_failed',
      subject: { type: 'user', id: canaries.subject },
      occurred_at: '2026-03-02T08:11:40.000Z',
      context: { ip: canaries.address, session_id: canaries.session },
      data: { prompt_id: canaries.session, note: canaries.attribute },
    },
    { id: 'event-2', type: 'push_denied', subject: { type: 'user', id: canaries.subject } },
  ],
};

/** A row in the shapes of Okta, Auth0, Duo and Entra at once: each reader knows some of the fields. */
const logRow = {
  eventType: 'user.session.start',
  uuid: 'row-1',
  published: '2026-03-02T08:00:00.000Z',
  actor: { id: canaries.subject, alternateId: canaries.subject },
  client: { ipAddress: canaries.address, userAgent: { rawUserAgent: canaries.userAgent } },
  outcome: { result: 'SUCCESS' },
  type: 's',
  date: '2026-03-02T08:00:00.000Z',
  user_id: canaries.subject,
  result: 'denied',
  user: { name: canaries.subject },
  status: { errorCode: 50_126 },
};

const bodies: Partial<Record<OperationId, unknown>> = {
  decide: decision,
  completeDecision: completion,
  recordEvents: events,
  recordIdpEvents: [logRow, logRow],
};

export interface PostRoute {
  readonly operation: OperationId;
  /** With its parameters, as in openapi.json. */
  readonly path: string;
  readonly body: unknown;
}

/** Every route that takes a body, from the route table: a new one gets a body of another's shape until it has its own. */
export const postRoutes: readonly PostRoute[] = operationIds.flatMap((operation) => {
  const route: Route = routes[operation];
  if (route.method !== 'post') return [];
  return [{ operation, path: route.path, body: bodies[operation] ?? decision }];
});
