import { logLevels } from '@stepgate/telemetry';
import { z } from 'zod';

/** Environment of the risk engine. Unknown STEPGATE_ names are typos and refused. */
export const configSchema = z.object({
  STEPGATE_MODE: z
    .enum(['production', 'dev'])
    .default('production')
    .describe('dev: the Stepgate-Dev-Now header moves time.'),
  STEPGATE_HOST: z.string().min(1).default('127.0.0.1').describe('Address to bind to.'),
  STEPGATE_PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('0: any free.'),
  STEPGATE_OPERATIONS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('Health and metrics on a listener of their own.'),
  STEPGATE_REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' })
    .describe('Where the state lives.'),
  STEPGATE_STATE_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(10_000)
    .default(125)
    .describe(
      'Time for all of the state of one decision; an answer then takes at most 25 ms more. Longer than the default gives up the promise to answer within 150 ms.',
    ),
  STEPGATE_POPULATION_REFRESH_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(604_800)
    .default(60)
    .describe('Pause between two readings of how common devices and networks are in a tenant.'),
  STEPGATE_SECRET: z
    .string()
    .min(32, 'must be a random secret of at least 32 characters')
    .describe('Keys the pseudonyms and seals alerts; the same for all engines and workers.'),
  STEPGATE_DEVICE_TOKEN_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(400)
    .default(180)
    .describe('How long a device token lives; in use, it is renewed after half of that.'),
  STEPGATE_KEYS_FILE: z.string().describe('API keys, hashed; read again when it changes.'),
  STEPGATE_POLICY_DIR: z.string().describe('Policies; read again when they change.'),
  STEPGATE_REPUTATION_DIR: z
    .string()
    .optional()
    .describe('Reputation lists; without it, reputation is unavailable.'),
  STEPGATE_GEO_MMDB: z.string().optional().describe('A city database in place of geoip-lite.'),
  STEPGATE_ASN_MMDB: z.string().optional().describe('An ASN database in place of the npm one.'),
  STEPGATE_LOG_LEVEL: z.enum(logLevels).default('info'),
  STEPGATE_FAST_PROTOTYPES: z
    .enum(['true', 'false'])
    .default('true')
    .describe('false: plain node:http objects under Express, should the fast ones misbehave.'),
});

export type Config = z.infer<typeof configSchema>;

/** May also be given as NAME_FILE. */
export const secretNames = ['STEPGATE_SECRET', 'STEPGATE_REDIS_URL'] as const;
