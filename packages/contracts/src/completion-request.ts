import { authenticators, type Authenticator } from '@stepgate/engine';
import { z } from 'zod';
import { contextSchema } from './decision-request.js';
import { text } from './text.js';

export const completionRequestSchema = z
  .strictObject({
    authenticator: z.enum(authenticators),
    amr: z.array(text(32)).max(16).optional(),
    number_matched: z.boolean().optional(),
    context: contextSchema
      .partial()
      .optional()
      .describe(
        "The authenticating device's own context: a phone far from the login is a finding.",
      ),
  })
  .meta({ id: 'CompletionRequest' });

export type CompletionRequest = z.input<typeof completionRequestSchema>;

export interface CompletionInput {
  readonly authenticator: Authenticator;
  readonly numberMatched: boolean;
  readonly address: string | null;
}

export const toCompletionInput = (
  request: z.output<typeof completionRequestSchema>,
): CompletionInput => ({
  authenticator: request.authenticator,
  numberMatched: request.number_matched ?? false,
  address: request.context?.ip ?? null,
});
