import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Log } from '@stepgate/telemetry';

const problem = (status: number, title: string): string =>
  JSON.stringify({ type: 'about:blank', title, status });

/** Health, readiness, metrics and public keys; the worker serves nothing else. */
export const createApp = (operations: RequestHandler, log: Log): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(operations);
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
