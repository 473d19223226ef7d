import { z } from 'zod';
import { decisionRecordResponseSchema } from './decision-response.js';
import { subjectResponseSchema } from './subject-response.js';

const instant = z.iso.datetime();

/** All that is kept of a subject, for its own request (GDPR Art. 15). */
export const subjectExportResponseSchema = z
  .object({
    exported_at: instant,
    subject: subjectResponseSchema,
    places: z
      .array(
        z.object({
          latitude: z.number(),
          longitude: z.number(),
          precision_km: z.number(),
          last_login_at: instant,
        }),
      )
      .describe('Whence travel is measured: at most three, of proven logins.'),
    traits: z
      .array(z.object({ kind: z.string(), value: z.string(), logins: z.int() }))
      .describe('How often proven logins had which value; hashed where a value may name somebody.'),
    decisions: z.array(decisionRecordResponseSchema).describe('Of 24 hours, the latest 100.'),
    limits: z
      .array(z.object({ name: z.string(), count: z.int() }))
      .describe('Attempts that the limits of the default policy count now.'),
    retention: z
      .record(z.string(), z.string())
      .describe('How long each part is kept; see docs/privacy.md.'),
  })
  .meta({ id: 'SubjectExport' });
export type SubjectExportResponse = z.infer<typeof subjectExportResponseSchema>;
