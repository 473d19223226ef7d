import { z } from 'zod';

const instant = z.iso.datetime();

/** What is known of a subject; devices are pseudonyms. */
export const subjectResponseSchema = z
  .object({
    logins: z.int(),
    last_login_at: instant.nullable(),
    devices: z.array(
      z.object({
        id: z.string(),
        first_seen_at: instant,
        last_seen_at: instant,
        trusted: z.boolean(),
      }),
    ),
    countries: z.array(z.string()),
    asns: z.array(z.int()),
    logins_by_hour_utc: z.array(z.int()).length(24),
    failures_24h: z.int(),
    push_prompts_24h: z.record(z.string(), z.int()),
    lock: z
      .object({
        reason: z.string(),
        since: instant,
        until: instant,
        except_known_device: z.boolean(),
      })
      .nullable(),
    credential_breached_at: instant.nullable(),
    account_risk_at: instant.nullable(),
    push: z.object({
      unanswered: z.int().describe('What the ladder counts now.'),
      pending: z.int().describe('Prompts that wait for an answer.'),
      since: instant.nullable(),
      rung: z.int().describe('`at` of the highest rung that is reached; 0 = none.'),
      sent_since_success: z.int(),
    }),
    alert: z
      .object({
        id: z.string(),
        kind: z.string(),
        severity: z.string(),
        opened_at: instant,
        last_seen_at: instant,
        count: z.int(),
      })
      .nullable()
      .describe('The alert that is open.'),
  })
  .meta({ id: 'Subject' });
export type SubjectResponse = z.infer<typeof subjectResponseSchema>;
