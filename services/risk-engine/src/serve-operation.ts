import type { IncomingMessage, ServerResponse } from 'node:http';
import { routes, type OperationId, type Route } from '@stepgate/contracts';
import { admitRequests } from './admit-requests.js';
import {
  answerError,
  answerProblem,
  type LogFailure,
  type ProblemAnswer,
} from './answer-problem.js';
import type { ApiKeys } from './api-keys.js';
import { createDevClock } from './dev-clock.js';
import { readDocumentBody, readJsonBody, type JsonBody } from './json-body.js';
import type { Answer, Call, Caller, Handler } from './routes/handler.js';
import type { AnswerSigner } from './sign-answers.js';
import type { ChangeLog } from './change-log.js';

export interface ServeDeps {
  readonly handlers: Readonly<Record<OperationId, Handler>>;
  readonly apiKeys: Pick<ApiKeys, 'callerOf'>;
  readonly mode: 'production' | 'dev';
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly logFailure: LogFailure;
  readonly answers: AnswerSigner;
  /** Told of every change that an administrator's route has made. */
  readonly changes: ChangeLog;
}

/** One request of an operation, whichever way it was routed. */
export interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the path. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type ServeOperation = (operation: OperationId, served: Served) => void;

const noBody: JsonBody = { value: undefined, hash: () => '' };
/** Of an operation that needs no key. */
const nobody: Caller = { id: '', tenant: '', scopes: [] };
const bearer = /^Bearer ([\x21-\x7e]+)$/;

/** A caller, or why there is none. */
const authenticate = (
  request: IncomingMessage,
  apiKeys: ServeDeps['apiKeys'],
  route: Route,
): Caller | ProblemAnswer => {
  if (route.scope === null) return nobody;
  const key = bearer.exec(request.headers.authorization ?? '')?.[1];
  const caller = key === undefined ? null : apiKeys.callerOf(key);
  if (caller === null) {
    return { problem: 'unauthenticated', detail: 'Send Authorization: Bearer <API key>.' };
  }
  if (!caller.scopes.includes(route.scope)) {
    return { problem: 'forbidden', detail: `This needs a key with the scope ${route.scope}.` };
  }
  return caller;
};

const readBody = (
  request: IncomingMessage,
  route: Route,
): JsonBody | Promise<JsonBody | ProblemAnswer> => {
  if (route.request === null) return noBody;
  return route.body === 'document' ? readDocumentBody(request) : readJsonBody(request);
};

const noHeaders: Call['headers'] = {};

/** The headers that the contract names; a handler sees no others. */
const headersFor = (request: IncomingMessage, route: Route): Call['headers'] =>
  route.headers === undefined
    ? noHeaders
    : Object.fromEntries(
        route.headers.map((name) => [name, String(request.headers[name] ?? '')] as const),
      );

interface Answered {
  readonly operation: OperationId;
  readonly call: Call;
  readonly answer: Answer;
}

const send = (
  response: ServerResponse,
  { operation, call, answer }: Answered,
  answers: AnswerSigner,
): void => {
  if ('problem' in answer) {
    answerProblem(response, answer);
    return;
  }
  response.statusCode = answer.status;
  if (answer.body === null) {
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'application/json');
  const body = JSON.stringify(answer.body);
  const signature = answers.sign({ operation, call, body, answer: answer.body });
  if (signature !== null) response.setHeader('Stepgate-Signature', signature);
  response.end(body);
};

/**
 * Every operation goes the same way: admission, caller, time, body, handler, answer. It asks nothing
 * of Express, so that the hot path need not pass through its router.
 */
export const createServeOperation = (deps: ServeDeps): ServeOperation => {
  const devClock = createDevClock(deps.mode);
  // Events wait for a store that is away; decisions, which must not, do not wait behind them.
  const decisions = admitRequests();
  const others = admitRequests();

  const work = async (operation: OperationId, { request, response, parameters }: Served) => {
    const route: Route = routes[operation];
    response.setHeader('Cache-Control', 'no-store');
    if (route.scope === null) response.setHeader('X-Content-Type-Options', 'nosniff');
    const caller = authenticate(request, deps.apiKeys, route);
    if ('problem' in caller) return void answerProblem(response, caller);
    const { now: devNow, problem } = devClock(request.headers['stepgate-dev-now']);
    if (problem !== null) return void answerProblem(response, problem);
    const body = await readBody(request, route);
    if ('problem' in body) {
      // What is left of the body is not waited for.
      response.setHeader('Connection', 'close');
      return void answerProblem(response, body);
    }
    const call: Call = {
      tenant: caller.tenant,
      devNow,
      receivedAt: deps.clock(),
      parameters,
      headers: headersFor(request, route),
      body: body.value,
      bodyHash: body.hash,
    };
    const answer = await deps.handlers[operation](call);
    if (route.scope === 'admin' && !('problem' in answer)) {
      deps.changes.changed({ operation, caller: caller.id, tenant: caller.tenant });
    }
    send(response, { operation, call, answer }, deps.answers);
  };

  return (operation, served) => {
    const admission = operation === 'decide' ? decisions : others;
    admission(served.request, served.response, () => {
      work(operation, served).catch((error: unknown) => {
        answerError(served.response, error, deps.logFailure);
      });
    });
  };
};
