import { z } from 'zod';
import { eventsDurableSchema } from './event-request.js';

/** At most so many rows of a document; more come in further documents. */
export const maxIdpRows = 1_000;
/** At most so many unknown rows are listed; the number counts all. */
export const maxUnknownRows = 100;

/** What identity providers log, in their own shape: which fields are read, docs/idp-events.md says. */
export const idpDocumentSchema = z
  .union([z.looseObject({}), z.array(z.unknown())])
  .describe(
    `The identity provider's own document: a list of rows, its envelope, or JSON lines; at most 1 MB and ${String(maxIdpRows)} rows.`,
  );

export const idpEventsResponseSchema = z
  .object({
    accepted: z.int().describe('Events that were recorded.'),
    duplicates: z.int().describe('Events that had been recorded before.'),
    irrelevant: z.int().describe('Rows that were understood and mean nothing here.'),
    unknown: z
      .array(z.object({ row: z.int(), reason: z.string() }))
      .max(maxUnknownRows)
      .describe('Rows that were not understood, or cannot be used; the first of them.'),
    unknown_rows: z.int().describe('All of those.'),
    durable: eventsDurableSchema,
  })
  .meta({ id: 'IdpEventsAccepted' });
export type IdpEventsResponse = z.infer<typeof idpEventsResponseSchema>;

/** Okta asks once, before it sends events, whether the address is one that wants them. */
export const oktaChallengeHeader = 'x-okta-verification-challenge';

export const oktaChallengeResponseSchema = z
  .object({ verification: z.string().describe('The value of the header, given back.') })
  .meta({ id: 'OktaVerification' });
export type OktaChallengeResponse = z.infer<typeof oktaChallengeResponseSchema>;
