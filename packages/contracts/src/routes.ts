import type { z } from 'zod';
import { completionRequestSchema } from './completion-request.js';
import { decisionRequestSchema } from './decision-request.js';
import { decisionRecordResponseSchema, decisionResponseSchema } from './decision-response.js';
import { eventsRequestSchema, eventsResponseSchema } from './event-request.js';
import {
  idpDocumentSchema,
  idpEventsResponseSchema,
  oktaChallengeHeader,
  oktaChallengeResponseSchema,
} from './idp-events-response.js';
import { policiesResponseSchema } from './policies-response.js';
import type { ProblemCode } from './problem.js';
import { publicKeysSchema } from './signed-answer.js';
import { subjectExportResponseSchema } from './subject-export-response.js';
import { subjectResponseSchema } from './subject-response.js';

export const scopes = ['decide', 'events', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** Express and OpenAPI differ in how they write a parameter; this is OpenAPI's way. */
  readonly path: string;
  readonly summary: string;
  /** Null: no key needed. */
  readonly scope: Scope | null;
  readonly request: z.ZodType | null;
  /**
   * How a request body is read: `json` (the default) within the bounds of this API's own shapes;
   * `document` as text, larger and of whatever shape, which the handler makes out by itself.
   */
  readonly body?: 'json' | 'document';
  /** Headers that the handler reads, in lower case. */
  readonly headers?: readonly string[];
  readonly response: { readonly status: 200 | 202 | 204; readonly schema: z.ZodType | null };
  readonly problems: readonly ProblemCode[];
}

const bodyProblems = [
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
  'invalid_request',
] as const;

/** Every route of the risk engine: what openapi.json says and what the service mounts. */
export const routes = {
  decide: {
    method: 'post',
    path: '/v1/decisions',
    summary: 'One login attempt, recorded and decided.',
    scope: 'decide',
    request: decisionRequestSchema,
    response: { status: 200, schema: decisionResponseSchema },
    problems: [...bodyProblems, 'attempt_conflict'],
  },
  completeDecision: {
    method: 'post',
    path: '/v1/decisions/{id}/completion',
    summary: 'The step-up was done; may the login go on?',
    scope: 'decide',
    request: completionRequestSchema,
    response: { status: 200, schema: decisionResponseSchema },
    problems: [
      ...bodyProblems,
      'not_found',
      'decision_used',
      'decision_expired',
      'state_unavailable',
    ],
  },
  getDecision: {
    method: 'get',
    path: '/v1/decisions/{id}',
    summary: "The whole record: evidence, findings, every rule's verdict.",
    scope: 'read',
    request: null,
    response: { status: 200, schema: decisionRecordResponseSchema },
    problems: ['not_found', 'state_unavailable'],
  },
  recordEvents: {
    method: 'post',
    path: '/v1/events',
    summary: 'What happened; one event or a batch, idempotent by id.',
    scope: 'events',
    request: eventsRequestSchema,
    response: { status: 202, schema: eventsResponseSchema },
    problems: [...bodyProblems, 'state_unavailable'],
  },
  recordIdpEvents: {
    method: 'post',
    path: '/v1/events/{format}',
    summary:
      'What an identity provider logged, in its own shape; okta, auth0, duo, pingid, entra, ocsf.',
    scope: 'events',
    request: idpDocumentSchema,
    body: 'document',
    response: { status: 202, schema: idpEventsResponseSchema },
    problems: [...bodyProblems, 'not_found', 'state_unavailable'],
  },
  verifyEventHook: {
    method: 'get',
    path: '/v1/events/{format}',
    summary: "Okta's one-time verification of an event hook; format okta only.",
    scope: null,
    request: null,
    headers: [oktaChallengeHeader],
    response: { status: 200, schema: oktaChallengeResponseSchema },
    problems: ['invalid_header', 'not_found'],
  },
  getSubject: {
    method: 'get',
    path: '/v1/subjects/{type}/{id}',
    summary: 'What is known of a subject.',
    scope: 'read',
    request: null,
    response: { status: 200, schema: subjectResponseSchema },
    problems: ['not_found', 'state_unavailable'],
  },
  exportSubject: {
    method: 'get',
    path: '/v1/subjects/{type}/{id}/export',
    summary: 'All that is kept of a subject, and for how long: for its own request of access.',
    scope: 'read',
    request: null,
    response: { status: 200, schema: subjectExportResponseSchema },
    problems: ['not_found', 'state_unavailable'],
  },
  eraseSubject: {
    method: 'delete',
    path: '/v1/subjects/{type}/{id}',
    summary: 'Forgets a subject; a live lock stays until it ends.',
    scope: 'admin',
    request: null,
    response: { status: 204, schema: null },
    problems: ['state_unavailable'],
  },
  listPolicies: {
    method: 'get',
    path: '/v1/policies',
    summary: 'The policies in force, and what is wrong with newer files.',
    scope: 'read',
    request: null,
    response: { status: 200, schema: policiesResponseSchema },
    problems: [],
  },
  publicKeys: {
    method: 'get',
    path: '/.well-known/stepgate-jwks.json',
    summary: 'The keys that signed decisions are verified with; pin them, do not fetch them.',
    scope: null,
    request: null,
    response: { status: 200, schema: publicKeysSchema },
    problems: [],
  },
} as const satisfies Record<string, Route>;
export type OperationId = keyof typeof routes;

const isOperationId = (name: string): name is OperationId => Object.hasOwn(routes, name);
export const operationIds: readonly OperationId[] = Object.keys(routes).filter(isOperationId);
