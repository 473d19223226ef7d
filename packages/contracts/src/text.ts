import { z } from 'zod';

/** Text that can be stored, logged and compared: no lone surrogates, no control characters. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode (no lone surrogates)')
    .refine((value) => !/\p{Cc}/u.test(value), 'must not contain control characters');

/** Caller-made identifier: printable ASCII, so that it survives every log and header. */
export const identifier = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces');

/** A free JSON object: attributes that policies may read. Depth and key count are bounded at the edge. */
export const attributes = z.record(z.string(), z.unknown());
