import type { RequestListener } from 'node:http';
import { openApiDocument, operationIds, routes, type Route } from '@stepgate/contracts';
import express, { type Express, type Request, type RequestHandler } from 'express';
import { answerProblem, createErrorHandler } from './answer-problem.js';
import { setSecurityHeaders } from './security-headers.js';
import { createServeOperation, type ServeDeps, type ServeOperation } from './serve-operation.js';

export interface AppDeps extends ServeDeps {
  /** Health, readiness and metrics. */
  readonly operations: RequestHandler;
  /** Whether what administrators and monitoring need has a listener of its own. */
  readonly operationsApart: boolean;
}

export interface App {
  readonly express: Express;
  /** What a server listens with: the hot path straight, all else through Express. */
  readonly listener: RequestListener;
  /** Of the listener of its own; null: all is on the other. */
  readonly operations: Express | null;
}

const parametersOf = (request: Request): Record<string, string> =>
  Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));

const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

const notFound: RequestHandler = (_request, response) => {
  answerProblem(response, { problem: 'not_found', detail: 'See /openapi.json for the routes.' });
};

type Serves = (route: Route) => boolean;

const mount = (app: Express, serve: ServeOperation, serves: Serves): void => {
  const paths = new Map<string, string[]>();
  for (const operation of operationIds) {
    const route: Route = routes[operation];
    const path = expressPath(route.path);
    if (!serves(route)) {
      app[route.method](path, notFound);
      continue;
    }
    app[route.method](path, (request, response) => {
      serve(operation, { request, response, parameters: parametersOf(request) });
    });
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

const createExpress = (deps: AppDeps, fill: (app: Express) => void): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use((_request, response, next) => {
    setSecurityHeaders(response);
    next();
  });
  fill(app);
  app.use(notFound);
  app.use(createErrorHandler(deps.logFailure));
  return app;
};

const createPublic = (deps: AppDeps, serve: ServeOperation): Express =>
  createExpress(deps, (app) => {
    mount(app, serve, ({ scope }) => !deps.operationsApart || scope !== 'admin');
    if (!deps.operationsApart) app.use(deps.operations);
    const openApi = JSON.stringify(openApiDocument());
    app.get('/openapi.json', (_request, response) => {
      response.setHeader('Content-Type', 'application/json').end(openApi);
    });
  });

const createOperations = (deps: AppDeps, serve: ServeOperation): Express =>
  createExpress(deps, (app) => {
    mount(app, serve, ({ scope }) => scope === 'admin');
    app.use(deps.operations);
  });

/** Routing costs a login about as much as deciding it, so the one hot path is looked at first. */
export const createApp = (deps: AppDeps): App => {
  const serve = createServeOperation(deps);
  const app = createPublic(deps, serve);
  const { path } = routes.decide;
  return {
    express: app,
    operations: deps.operationsApart ? createOperations(deps, serve) : null,
    listener: (request, response) => {
      if (request.url === path && request.method === 'POST') {
        serve('decide', { request, response, parameters: {} });
      } else {
        app(request, response);
      }
    },
  };
};
