import { randomUUID } from 'node:crypto';
import {
  decisionRecordResponseSchema,
  decisionResponseSchema,
  eventsResponseSchema,
  problemSchema,
  type CompletionRequest,
  type DecisionRecordResponse,
  type DecisionRequest,
  type DecisionResponse,
  type EventRequest,
  type EventsResponse,
  type PublicKeys,
} from '@stepgate/contracts';
import { isAcrValue } from './challenge.js';
import { createTransport, type ClientTls, type Reply } from './transport.js';
import { unreachable, type Unreachable } from './unreachable.js';
import { createAnswerVerifier, type AnswerVerifier } from './verify-answer.js';

export type DecideResult =
  { readonly kind: 'decided'; readonly decision: DecisionResponse } | Unreachable;
export type EventsResult =
  { readonly kind: 'accepted'; readonly counts: EventsResponse } | Unreachable;
export type DecisionResult =
  | { readonly kind: 'found'; readonly record: DecisionRecordResponse }
  | { readonly kind: 'absent' }
  | Unreachable;

/**
 * The risk engine as a PEP sees it. No method rejects: whatever goes wrong is an `unreachable`, which
 * `enforcementFor` never turns into an unmarked allow.
 *
 * @example
 * const result = await client.decide(request);
 * const enforcement = enforcementFor(result);
 */
export interface StepgateClient {
  readonly decide: (request: DecisionRequest) => Promise<DecideResult>;
  readonly complete: (decisionId: string, request: CompletionRequest) => Promise<DecideResult>;
  readonly sendEvents: (events: readonly EventRequest[]) => Promise<EventsResult>;
  readonly decision: (decisionId: string) => Promise<DecisionResult>;
  /** Closes the kept-alive connections. */
  readonly close: () => void;
}

export interface StepgateClientOptions {
  readonly engineUrl: string;
  /** A bearer key with the scopes that the used methods need. */
  readonly apiKey: string;
  /** The engine answers within 150 ms even without its state; past this it counts as away. */
  readonly timeoutMs?: number;
  readonly maxSockets?: number;
  /**
   * The engine's public keys (`stepgate public-key`), pinned: a decision that they do not vouch for is
   * `forged` and nobody's. The engine must sign all its answers (STEPGATE_SIGN=all).
   */
  readonly verifyKeys?: PublicKeys;
  /** For an https engine: its CA, and a client certificate if it asks for one. */
  readonly tls?: ClientTls;
}

/** Any status but the promised one, so that a proxy's own 200 page or a redirect is no decision. */
const statusProblem = (reply: Reply): Unreachable => {
  const problem = problemSchema.safeParse(reply.body);
  const detail = problem.success ? problem.data.code : 'unexpected status';
  const code = reply.status >= 400 && reply.status < 500 ? 'refused' : 'unavailable';
  return unreachable(code, detail, reply.status);
};

/** What a schema cannot say: no step-up without its terms, no terms without a step-up. */
const isConsistent = (decision: DecisionResponse): boolean =>
  (decision.decision === 'step_up') === (decision.step_up !== null) &&
  (decision.step_up?.acr_values.every(isAcrValue) ?? true);

interface Question {
  /** Whether a decision is about what was asked. */
  readonly echoes: (decision: DecisionResponse) => boolean;
  /** Null: no keys are pinned. */
  readonly verify: AnswerVerifier | null;
}

const decisionFrom = (reply: Reply | Unreachable, { echoes, verify }: Question): DecideResult => {
  if (reply.kind === 'unreachable') return reply;
  if (reply.status !== 200) return statusProblem(reply);
  const vouched = verify?.(reply) ?? null;
  if (vouched?.kind === 'forged') return unreachable('forged', vouched.detail, reply.status);
  const parsed = decisionResponseSchema.safeParse(reply.body);
  if (!parsed.success || !isConsistent(parsed.data)) {
    return unreachable('unparsable', 'the answer is not a decision', reply.status);
  }
  const { decision_id, attempt_id, decision } = parsed.data;
  if (
    vouched !== null &&
    (vouched.claims.decision_id !== decision_id ||
      vouched.claims.attempt_id !== attempt_id ||
      vouched.claims.decision !== decision)
  ) {
    return unreachable('forged', 'the signature is about another decision', reply.status);
  }
  if (!echoes(parsed.data)) {
    return unreachable('mismatched', 'the decision is about another attempt', reply.status);
  }
  return { kind: 'decided', decision: parsed.data };
};

const eventsFrom = (reply: Reply | Unreachable): EventsResult => {
  if (reply.kind === 'unreachable') return reply;
  if (reply.status !== 202) return statusProblem(reply);
  const parsed = eventsResponseSchema.safeParse(reply.body);
  return parsed.success
    ? { kind: 'accepted', counts: parsed.data }
    : unreachable('unparsable', 'the answer does not acknowledge events', reply.status);
};

const recordFrom = (reply: Reply | Unreachable): DecisionResult => {
  if (reply.kind === 'unreachable') return reply;
  if (reply.status === 404) return { kind: 'absent' };
  if (reply.status !== 200) return statusProblem(reply);
  const parsed = decisionRecordResponseSchema.safeParse(reply.body);
  return parsed.success
    ? { kind: 'found', record: parsed.data }
    : unreachable('unparsable', 'the answer is not a decision record', reply.status);
};

/**
 * A typed client on kept-alive connections; `engineUrl` may have a path prefix.
 *
 * @throws when `verifyKeys` or `tls` cannot be used.
 */
export const createStepgateClient = (options: StepgateClientOptions): StepgateClient => {
  const { exchange, close } = createTransport({ timeoutMs: 250, maxSockets: 256, ...options });
  const verify = options.verifyKeys === undefined ? null : createAnswerVerifier(options.verifyKeys);
  const pathOf = (decisionId: string): string => `/v1/decisions/${encodeURIComponent(decisionId)}`;
  return {
    decide: async (request) => {
      const attemptId = request.attempt_id ?? randomUUID();
      const body = { ...request, attempt_id: attemptId };
      const reply = await exchange({ method: 'POST', path: '/v1/decisions', body });
      return decisionFrom(reply, {
        verify,
        echoes: (decision) => decision.attempt_id === attemptId,
      });
    },
    complete: async (decisionId, body) => {
      const path = `${pathOf(decisionId)}/completion`;
      const reply = await exchange({ method: 'POST', path, body });
      return decisionFrom(reply, {
        verify,
        echoes: (decision) => decision.decision_id === decisionId,
      });
    },
    sendEvents: async (events) =>
      eventsFrom(await exchange({ method: 'POST', path: '/v1/events', body: { events } })),
    decision: async (decisionId) =>
      recordFrom(await exchange({ method: 'GET', path: pathOf(decisionId) })),
    close,
  };
};
