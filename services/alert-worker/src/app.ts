import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Log } from '@stepgate/telemetry';

const problem = (status: number, title: string): string =>
  JSON.stringify({ type: 'about:blank', title, status });

export interface AppParts {
  /** Health, readiness and metrics. */
  readonly operations: RequestHandler;
  /** The keys of sinks that sign tokens. */
  readonly jwks: RequestHandler;
}

/** All that the worker serves; alerts leave it by its sinks. */
export const createApp = ({ operations, jwks }: AppParts, log: Log): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(operations, jwks);
  app.use((_request, response) => {
    response.status(404).type('application/problem+json').send(problem(404, 'Not Found'));
  });
  // eslint-disable-next-line max-params -- Express tells an error handler by its four parameters
  const onError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    log.error({ err: error }, 'a request failed');
    response
      .status(500)
      .type('application/problem+json')
      .send(problem(500, 'Internal Server Error'));
  };
  app.use(onError);
  return app;
};
