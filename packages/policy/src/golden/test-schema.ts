import { authenticators, levels, outcomes, strengths } from '@stepgate/engine';
import { z } from 'zod';
import { strictObject } from '../schema/strict-object.js';
import { givenSchema } from './given-schema.js';

const score = z.number().min(0).max(100);

/** What the decision must be. Only `decision` must be said; all that is said must hold. */
const expectSchema = strictObject({
  decision: z.enum(outcomes),
  score: z
    .union([score, strictObject({ min: score.optional(), max: score.optional() })])
    .optional(),
  level: z.enum(levels).optional(),
  reasons: z.array(z.string()).optional(),
  reasons_include: z.array(z.string()).optional(),
  require: z.enum(strengths).optional(),
  authenticators: z.array(z.enum(authenticators)).optional(),
  forbidden: z.array(z.enum(authenticators)).optional(),
  number_matching: z.boolean().optional(),
  enrolment_required: z.boolean().optional(),
  rule: z.string().optional(),
});

export type Expected = z.output<typeof expectSchema>;

const instant = z.iso
  .datetime({ offset: true, error: 'is not an instant; write it as 2026-03-02T09:00:00Z' })
  .transform((text) => Date.parse(text));

const caseSchema = strictObject({
  it: z.string().min(1).max(200),
  now: instant.optional(),
  given: givenSchema.optional(),
  expect: expectSchema,
});

export const testFileSchema = strictObject({
  stepgate_tests: z.literal('v1'),
  policy: z.string(),
  now: instant,
  given: givenSchema.optional(),
  cases: z.array(caseSchema).min(1).max(500),
});
