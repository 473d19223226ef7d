import { z } from 'zod';

/** RFC 9457. `code` is stable; `errors` say where in the body and how to fix it. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** Every problem the API can answer with: status and title by code. */
export const problemCodes = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_header: { status: 400, title: 'A header cannot be used' },
  unauthenticated: { status: 401, title: 'No valid credentials' },
  forbidden: { status: 403, title: 'The caller lacks the scope' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  attempt_conflict: { status: 409, title: 'The attempt id was used with another body' },
  decision_used: { status: 409, title: 'The decision was completed before' },
  decision_expired: { status: 410, title: 'The decision has expired' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type must be application/json' },
  invalid_request: { status: 422, title: 'The body does not fit the schema' },
  rate_limited: { status: 429, title: 'Too many requests of this caller' },
  internal: { status: 500, title: 'Something broke on our side' },
  state_unavailable: { status: 503, title: 'The state store does not answer' },
  overloaded: { status: 503, title: 'Too much at once' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemCode = keyof typeof problemCodes;

export const problemOf = (
  code: ProblemCode,
  detail: string,
  options: { readonly instance: string; readonly errors?: Problem['errors'] },
): Problem => ({
  type: `urn:stepgate:problem:${code}`,
  title: problemCodes[code].title,
  status: problemCodes[code].status,
  detail,
  instance: options.instance,
  code,
  ...(options.errors === undefined ? {} : { errors: options.errors }),
});

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

const unknownKeys = (
  issue: z.core.$ZodIssueUnrecognizedKeys,
): { path: string; message: string }[] =>
  issue.keys.map((key) => ({
    path: pathText([...issue.path, key]),
    message: 'unknown field; see /openapi.json for the fields',
  }));

/** Never echoes a value: bodies hold personal data and land in the caller's logs. */
export const errorsOf = (error: z.ZodError): { path: string; message: string }[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? unknownKeys(issue)
      : [{ path: pathText(issue.path), message: issue.message }],
  );
