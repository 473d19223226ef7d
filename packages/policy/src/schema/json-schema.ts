import { z } from 'zod';
import { policySchema } from './policy-schema.js';

/** JSON Schema (draft 7) of a policy file, for editors; infra/policies/policy.schema.json is this. */
export const policyJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-7', reused: 'inline' }),
  title: 'stepgate policy',
});
