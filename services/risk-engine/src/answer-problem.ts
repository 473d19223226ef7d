import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { StateUnavailableError } from '@stepgate/assessment';
import { problemOf, type ProblemCode } from '@stepgate/contracts';
import type { ErrorRequestHandler } from 'express';

export interface ProblemAnswer {
  readonly problem: ProblemCode;
  readonly detail: string;
  readonly errors?: { path: string; message: string }[];
  /** Of 429 and 503; one unless given. */
  readonly retryAfterSeconds?: number;
}

export const answerProblem = (response: ServerResponse, answer: ProblemAnswer): string => {
  const instance = `urn:uuid:${randomUUID()}`;
  const { problem, detail, errors, retryAfterSeconds = 1 } = answer;
  const body = problemOf(problem, detail, {
    instance,
    ...(errors === undefined ? {} : { errors }),
  });
  if (body.status === 401) response.setHeader('WWW-Authenticate', ['Bearer', 'Stepgate-HMAC']);
  if (body.status === 503 || body.status === 429) {
    response.setHeader('Retry-After', String(Math.ceil(retryAfterSeconds)));
  }
  response.statusCode = body.status;
  response.setHeader('Content-Type', 'application/problem+json');
  response.end(JSON.stringify(body));
  return instance;
};

const clientStatusOf = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status >= 400 &&
  error.status < 500;

/** The caller hung up in the middle of its request; there is nobody left to answer. */
const isAborted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNRESET';

const answerFor = (error: unknown): ProblemAnswer => {
  if (error instanceof StateUnavailableError) {
    return { problem: 'state_unavailable', detail: 'Nothing was changed; send it again.' };
  }
  // Express and the router refuse some paths and headers by themselves (bad percent-encoding).
  if (clientStatusOf(error)) {
    return { problem: 'malformed_json', detail: 'The request could not be read.' };
  }
  if (isAborted(error)) return { problem: 'malformed_json', detail: 'The body ended too early.' };
  return { problem: 'internal', detail: 'The error was logged under the instance given here.' };
};

export type LogFailure = (told: { instance: string; error: unknown }) => void;

/** The last resort: a problem without stack or echo; the cause goes to the log under the instance. */
export const answerError = (
  response: ServerResponse,
  error: unknown,
  logFailure: LogFailure,
): void => {
  const answer = answerFor(error);
  if (response.headersSent) {
    // Half an answer must not pass for a whole one.
    response.destroy();
    return;
  }
  const instance = answerProblem(response, answer);
  if (answer.problem === 'internal') logFailure({ instance, error });
};

/** What Express itself refuses, such as a path that cannot be decoded. */
export const createErrorHandler =
  (logFailure: LogFailure): ErrorRequestHandler =>
  // eslint-disable-next-line max-params -- Express tells an error handler by its four parameters
  (error: unknown, _request, response, _next) => {
    answerError(response, error, logFailure);
  };
