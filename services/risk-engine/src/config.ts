import { checkRedisSettings, logLevels, redisFields } from '@stepgate/telemetry';
import { z } from 'zod';
import { signModes } from './sign-answers.js';

/** Environment of the risk engine. Unknown STEPGATE_ names are typos and refused. */
export const configSchema = z
  .object({
    STEPGATE_MODE: z
      .enum(['production', 'dev'])
      .default('production')
      .describe('dev: the Stepgate-Dev-Now header moves time.'),
    STEPGATE_HOST: z.string().min(1).default('127.0.0.1').describe('Address to bind to.'),
    STEPGATE_PORT: z.coerce
      .number()
      .int()
      .min(0)
      .max(65_535)
      .default(8080)
      .describe('0: any free.'),
    STEPGATE_OPERATIONS_PORT: z.coerce
      .number()
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('Health, metrics and the admin routes on a listener of their own, and only there.'),
    STEPGATE_TLS_CERT_FILE: z
      .string()
      .optional()
      .describe('PEM, with its chain; the engine speaks TLS then. Read again when it changes.'),
    STEPGATE_TLS_KEY_FILE: z.string().optional().describe('PEM; of the certificate.'),
    STEPGATE_TLS_CLIENT_CA_FILE: z
      .string()
      .optional()
      .describe('PEM; whose client certificates are believed. The key file says which names.'),
    STEPGATE_CALLER_MAX_PER_SECOND: z.coerce
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(5_000)
      .describe(
        'Requests of one caller, at this engine; its entry in the key file may say otherwise.',
      ),
    STEPGATE_GOODBYE_MS: z.coerce
      .number()
      .int()
      .min(0)
      .max(8_000)
      .default(2_000)
      .describe(
        'How long an engine that stops still answers on kept-alive connections, each answer its last.',
      ),
    ...redisFields,
    STEPGATE_STATE_INIT: z
      .enum(['never', 'empty'])
      .optional()
      .describe(
        'empty: an engine that starts begins the state by itself where there is none. Then whoever can empty Redis and restart an engine lifts all locks: never, unless in dev mode.',
      ),
    STEPGATE_STATE_WATCH_SECONDS: z.coerce
      .number()
      .min(0.05)
      .max(60)
      .default(30)
      .describe('Pause between two looks at how Redis is set up, and whether the state is there.'),
    STEPGATE_REDIS_REPLICAS: z.coerce
      .number()
      .int()
      .min(0)
      .max(16)
      .optional()
      .describe(
        'Replicas that must have a denial for it to be durable. Unset: one, once one was seen or with sentinels.',
      ),
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
    STEPGATE_SECRET_PREVIOUS: z
      .string()
      .min(32, 'must be the secret before this one, of at least 32 characters')
      .optional()
      .describe('During a rotation: what was kept and signed under it is still known.'),
    STEPGATE_SIGN: z
      .enum(signModes)
      .default('degraded')
      .describe('Which decisions are signed; all: needed by gateways that pin the public keys.'),
    STEPGATE_DEVICE_TOKEN_DAYS: z.coerce
      .number()
      .int()
      .min(1)
      .max(400)
      .default(180)
      .describe('How long a device token lives; in use, it is renewed after half of that.'),
    STEPGATE_KEYS_FILE: z.string().describe('Who may call, and how; read again when it changes.'),
    STEPGATE_POLICY_DIR: z.string().describe('Policies; read again when they change.'),
    STEPGATE_REPUTATION_DIR: z
      .string()
      .optional()
      .describe('Reputation lists; without it, reputation is unavailable.'),
    STEPGATE_GEO_MMDB: z.string().optional().describe('A city database in place of geoip-lite.'),
    STEPGATE_ASN_MMDB: z.string().optional().describe('An ASN database in place of the npm one.'),
    STEPGATE_AUDIT_DIR: z
      .string()
      .min(1)
      .optional()
      .describe('Where the audit log is kept; without it, none is.'),
    STEPGATE_LOG_LEVEL: z.enum(logLevels).default('info'),
    STEPGATE_FAST_PROTOTYPES: z
      .enum(['true', 'false'])
      .default('true')
      .describe('false: plain node:http objects under Express, should the fast ones misbehave.'),
  })
  .superRefine(checkRedisSettings);

export type Config = z.infer<typeof configSchema>;

/** May also be given as NAME_FILE. */
export const secretNames = [
  'STEPGATE_SECRET',
  'STEPGATE_SECRET_PREVIOUS',
  'STEPGATE_REDIS_URL',
] as const;
