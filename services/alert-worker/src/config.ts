import {
  checkRedisSettings,
  logLevels,
  readEnvironment,
  redisEndpointOf,
  redisFields,
  type EnvironmentResult,
  type LogLevel,
  type RedisEndpointSettings,
} from '@stepgate/telemetry';
import { z } from 'zod';
import { readSinksFile, type SinksFileResult } from './sinks-file/read-sinks-file.js';
import type { SinkSpec } from './sinks/sink-spec.js';

export interface AlertWorkerConfig {
  readonly mode: 'production' | 'dev';
  readonly listen: { readonly host: string; readonly port: number };
  readonly logLevel: LogLevel;
  readonly redis: RedisEndpointSettings;
  readonly secret: string;
  /** The one before it, while it is being changed. */
  readonly previousSecret: string | undefined;
  /** At least one; names are unique. */
  readonly sinks: readonly SinkSpec[];
  readonly lockMs: number;
  readonly relayIntervalMs: number;
}

const integer = (from: number, to: number): z.ZodCoercedNumber => {
  const error = `must be a whole number from ${String(from)} to ${String(to)}.`;
  return z.coerce.number({ error }).int(error).min(from, error).max(to, error);
};

const schema = z
  .object({
    STEPGATE_MODE: z
      .enum(['production', 'dev'], { error: 'must be production or dev.' })
      .default('production'),
    STEPGATE_HOST: z.string().default('127.0.0.1'),
    STEPGATE_PORT: integer(0, 65_535).default(8_082),
    STEPGATE_LOG_LEVEL: z
      .enum(logLevels, { error: `must be one of ${logLevels.join(', ')}.` })
      .default('info'),
    ...redisFields,
    STEPGATE_SECRET: z
      .string()
      .min(32, 'must be the secret of the risk engines, at least 32 characters.'),
    STEPGATE_SECRET_PREVIOUS: z
      .string()
      .min(32, 'must be the secret before this one, at least 32 characters.')
      .optional(),
    STEPGATE_SINKS_FILE: z.string(),
    STEPGATE_LOCK_MS: integer(1_000, 600_000).default(15_000),
    STEPGATE_RELAY_INTERVAL_MS: integer(10, 60_000).default(200),
  })
  .superRefine(checkRedisSettings);
type Settings = z.output<typeof schema>;

const configOf = (settings: Settings, sinks: readonly SinkSpec[]): AlertWorkerConfig => ({
  mode: settings.STEPGATE_MODE,
  listen: { host: settings.STEPGATE_HOST, port: settings.STEPGATE_PORT },
  logLevel: settings.STEPGATE_LOG_LEVEL,
  redis: redisEndpointOf(settings),
  secret: settings.STEPGATE_SECRET,
  previousSecret: settings.STEPGATE_SECRET_PREVIOUS,
  sinks,
  lockMs: settings.STEPGATE_LOCK_MS,
  relayIntervalMs: settings.STEPGATE_RELAY_INTERVAL_MS,
});

/** Of no file; that it is missing is told with the other settings. */
const noSinks: SinksFileResult = { ok: true, sinks: [] };

/** Given as such or as `NAME_FILE`. */
const secrets = ['STEPGATE_REDIS_URL', 'STEPGATE_SECRET', 'STEPGATE_SECRET_PREVIOUS'];

/** The worker's settings and sinks, or every problem with them in an operator's words. */
export const parseConfig = (env: NodeJS.ProcessEnv): EnvironmentResult<AlertWorkerConfig> => {
  const settings = readEnvironment(schema, env, { secrets });
  const file = env['STEPGATE_SINKS_FILE'] ?? '';
  const mode = env['STEPGATE_MODE'] === 'dev' ? 'dev' : 'production';
  // Read whatever else is wrong: an operator should see all problems at once.
  const read = file === '' ? noSinks : readSinksFile(file, { mode, env });
  if (settings.ok && read.ok) return { ok: true, config: configOf(settings.config, read.sinks) };
  const problems = [settings, read].flatMap((part) => (part.ok ? [] : part.problems));
  return { ok: false, problems };
};
