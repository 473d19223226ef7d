import type { Request } from 'express';
import { z } from 'zod';

export interface LoginForm {
  readonly subject: string;
  readonly contentType: string;
  /** Written anew from what was read, so that gateway and upstream cannot read different subjects. */
  readonly body: string;
}
export type ParsedLogin =
  | { readonly kind: 'parsed'; readonly form: LoginForm }
  | { readonly kind: 'refused'; readonly code: 'unsupported_media_type' | 'invalid_login' };

export const loginContentTypes = ['application/json', 'application/x-www-form-urlencoded'];

const refused = { kind: 'refused', code: 'invalid_login' } as const;
const fieldsSchema = z.record(z.string(), z.unknown());

const fromJson = (text: string, subjectField: string): ParsedLogin => {
  let fields: z.infer<typeof fieldsSchema> | undefined;
  try {
    fields = fieldsSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const subject = fields?.[subjectField];
  if (typeof subject !== 'string') return refused;
  const form = { subject, contentType: 'application/json', body: JSON.stringify(fields) };
  return { kind: 'parsed', form };
};

const fromUrlEncoded = (text: string, subjectField: string): ParsedLogin => {
  const fields = new URLSearchParams(text);
  // Two of them: servers differ in which one they take.
  const [subject, ...others] = fields.getAll(subjectField);
  if (subject === undefined || others.length > 0) return refused;
  const contentType = 'application/x-www-form-urlencoded';
  return { kind: 'parsed', form: { subject, contentType, body: fields.toString() } };
};

/** @param request its body read as text, see `loginContentTypes`. */
export const parseLogin = (request: Request, subjectField: string): ParsedLogin => {
  const body: unknown = request.body;
  if (typeof body !== 'string') return { kind: 'refused', code: 'unsupported_media_type' };
  return request.is('application/json') === false
    ? fromUrlEncoded(body, subjectField)
    : fromJson(body, subjectField);
};
