import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** Every problem that the gateway answers with on its own account: status and title by code. */
export const gatewayProblems = {
  invalid_path: { status: 400, title: 'The path cannot be used' },
  invalid_login: { status: 400, title: 'The login does not name exactly one subject' },
  invalid_request: { status: 422, title: 'The body does not fit the schema' },
  malformed_body: { status: 400, title: 'The body cannot be read' },
  login_required: { status: 401, title: 'There is no valid session' },
  not_proven: { status: 401, title: 'The authenticator did not prove the subject' },
  completion_refused: { status: 403, title: 'The step-up can no longer be completed' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type cannot be used' },
  internal: { status: 500, title: 'Something broke on our side' },
  upstream_unavailable: { status: 502, title: 'The application does not answer' },
  completion_disabled: { status: 503, title: 'Step-ups cannot be completed here' },
  undecidable: { status: 503, title: 'The request cannot be judged now' },
  upstream_timeout: { status: 504, title: 'The application did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>;
export type GatewayProblem = keyof typeof gatewayProblems;

/** RFC 9457. A 401 without a challenge of its own says only that credentials are missing (RFC 6750 3.1). */
export const sendProblem = (
  response: ServerResponse,
  code: GatewayProblem,
  detail: string,
): void => {
  const { status, title } = gatewayProblems[code];
  response.statusCode = status;
  response.setHeader('content-type', 'application/problem+json');
  response.setHeader('cache-control', 'no-store');
  if (status === 401 && !response.hasHeader('www-authenticate')) {
    response.setHeader('www-authenticate', 'Bearer');
  }
  if (status === 503) response.setHeader('retry-after', '1');
  const instance = `urn:uuid:${randomUUID()}`;
  response.end(
    JSON.stringify({ type: `urn:stepgate:problem:${code}`, title, status, detail, instance, code }),
  );
};
