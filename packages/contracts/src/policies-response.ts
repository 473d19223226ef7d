import { z } from 'zod';

export const policiesResponseSchema = z
  .object({
    policies: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        description: z.string(),
        applies_to: z.object({
          tenants: z.array(z.string()),
          applications: z.array(z.string()),
          groups: z.array(z.string()),
          actions: z.array(z.string()),
        }),
        default: z.boolean(),
        shadow: z.boolean(),
      }),
    ),
    /** The newest files could not be used: these are why; the policies above stay in force. */
    problems: z.array(
      z.object({ file: z.string(), line: z.int(), column: z.int(), message: z.string() }),
    ),
  })
  .meta({ id: 'Policies' });
export type PoliciesResponse = z.infer<typeof policiesResponseSchema>;
