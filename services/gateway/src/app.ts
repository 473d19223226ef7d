import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { GatewayDeps } from './gateway-deps.js';
import { sendProblem, type GatewayProblem } from './problems.js';
import { brokenForwardAuth, createForwardAuth } from './routes/forward-auth.js';
import { createGuard } from './routes/guard.js';
import type { GuardDeps } from './routes/guard-deps.js';

export interface AppDeps {
  readonly gateway: GatewayDeps;
  /** Null: forward-auth only. */
  readonly guard: GuardDeps | null;
  /** Health, readiness, metrics; null when they have a listener of their own. */
  readonly operations: RequestHandler | null;
}

const forwardAuthPath = '/v1/authz/forward-auth';

/** Errors of the body parser by their type; the message is ours, since theirs quotes the body. */
const bodyProblems: Readonly<Record<string, GatewayProblem>> = {
  'entity.too.large': 'body_too_large',
  'entity.parse.failed': 'malformed_body',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
  'request.aborted': 'malformed_body',
  'request.size.invalid': 'malformed_body',
};

const typeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'type' in error && typeof error.type === 'string'
    ? error.type
    : '';

const createErrorHandler =
  ({ log }: GatewayDeps): ErrorRequestHandler =>
  // eslint-disable-next-line max-params -- Express tells error handlers by their four parameters
  (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = bodyProblems[typeOf(error)];
    if (known === undefined) log.error({ err: error, method: request.method }, 'request failed');
    if (request.path === forwardAuthPath) {
      response.writeHead(brokenForwardAuth.status, brokenForwardAuth.headers).end();
      return;
    }
    sendProblem(response, known ?? 'internal', 'The request could not be handled.');
  };

/** The PEP: forward-auth for proxies and, when an application is configured, its guard. */
export const createApp = ({ gateway, guard, operations }: AppDeps): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  if (operations !== null) app.use(operations);
  app.all(forwardAuthPath, createForwardAuth(gateway));
  if (guard !== null) app.use(createGuard(guard));
  app.use((_request, response) => {
    sendProblem(response, 'not_found', `Ask ${forwardAuthPath}.`);
  });
  app.use(createErrorHandler(gateway));
  return app;
};
