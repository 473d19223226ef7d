import {
  openApiDocument,
  operationIds,
  routes,
  type OperationId,
  type Route,
} from '@stepgate/contracts';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { admitRequests } from './admit-requests.js';
import { answerProblem, createErrorHandler, type ProblemAnswer } from './answer-problem.js';
import type { ApiKeys } from './api-keys.js';
import { createDevClock, type DevClock } from './dev-clock.js';
import { readJsonBody, type JsonBody } from './json-body.js';
import type { Answer, Call, Caller, Handler } from './routes/handler.js';

export interface AppDeps {
  readonly handlers: Readonly<Record<OperationId, Handler>>;
  readonly apiKeys: Pick<ApiKeys, 'callerOf'>;
  /** Health, readiness and metrics. */
  readonly operations: RequestHandler;
  readonly mode: 'production' | 'dev';
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly logFailure: (told: { instance: string; error: unknown }) => void;
}

const noBody: JsonBody = { value: undefined, hash: () => '' };
const bearer = /^Bearer ([\x21-\x7e]+)$/;

/** A caller, or why there is none. */
const authenticate = (
  request: Request,
  apiKeys: AppDeps['apiKeys'],
  route: Route,
): Caller | ProblemAnswer => {
  const key = bearer.exec(request.headers.authorization ?? '')?.[1];
  const caller = key === undefined ? null : apiKeys.callerOf(key);
  if (caller === null) {
    return { problem: 'unauthenticated', detail: 'Send Authorization: Bearer <API key>.' };
  }
  if (route.scope !== null && !caller.scopes.includes(route.scope)) {
    return { problem: 'forbidden', detail: `This needs a key with the scope ${route.scope}.` };
  }
  return caller;
};

const send = (response: Response, answer: Answer): void => {
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
  response.end(JSON.stringify(answer.body));
};

const parametersOf = (request: Request): Record<string, string> =>
  Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));

const serve =
  (
    deps: AppDeps,
    devClock: DevClock,
    [operation, route]: readonly [OperationId, Route],
  ): RequestHandler =>
  async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const caller = authenticate(request, deps.apiKeys, route);
    if ('problem' in caller) {
      answerProblem(response, caller);
      return;
    }
    const devNow = devClock(request.headers['stepgate-dev-now']);
    if (devNow.problem !== null) {
      answerProblem(response, devNow.problem);
      return;
    }
    const body = route.request === null ? noBody : await readJsonBody(request);
    if ('problem' in body) {
      // What is left of the body is not waited for.
      response.setHeader('Connection', 'close');
      answerProblem(response, body);
      return;
    }
    const call: Call = {
      tenant: caller.tenant,
      devNow: devNow.now,
      receivedAt: deps.clock(),
      parameters: parametersOf(request),
      body: body.value,
      bodyHash: body.hash,
    };
    send(response, await deps.handlers[operation](call));
  };

const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

const mount = (app: Express, deps: AppDeps): void => {
  const devClock = createDevClock(deps.mode);
  // Events wait for a store that is away; decisions, which must not, do not wait behind them.
  const decisions = admitRequests();
  const others = admitRequests();
  const paths = new Map<string, string[]>();
  for (const operation of operationIds) {
    const route: Route = routes[operation];
    const path = expressPath(route.path);
    const admission = operation === 'decide' ? decisions : others;
    app[route.method](path, admission, serve(deps, devClock, [operation, route]));
    paths.set(path, [...(paths.get(path) ?? []), route.method.toUpperCase()]);
  }
  for (const [path, methods] of paths) {
    app.all(path, (_request, response) => {
      response.setHeader('Allow', methods.join(', '));
      answerProblem(response, {
        problem: 'method_not_allowed',
        detail: `Use ${methods.join(' or ')}.`,
      });
    });
  }
};

export const createApp = (deps: AppDeps): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  // The hot path first: each route that stands before it costs every login.
  mount(app, deps);
  app.use(deps.operations);
  const openApi = JSON.stringify(openApiDocument());
  app.get('/openapi.json', (_request, response) => {
    response.setHeader('Content-Type', 'application/json').end(openApi);
  });
  app.use((_request, response) => {
    answerProblem(response, { problem: 'not_found', detail: 'See /openapi.json for the routes.' });
  });
  app.use(createErrorHandler(deps.logFailure));
  return app;
};
