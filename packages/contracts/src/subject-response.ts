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
  })
  .meta({ id: 'Subject' });
export type SubjectResponse = z.infer<typeof subjectResponseSchema>;
