import {
  logLevels,
  readEnvironment,
  type EnvironmentResult,
  type LogLevel,
} from '@stepgate/telemetry';
import { z } from 'zod';
import { parseWebhookSecret } from './sinks/webhook-signature.js';

export interface WebhookConfig {
  readonly url: URL;
  readonly keys: readonly Buffer[];
}

export interface AlertWorkerConfig {
  readonly mode: 'production' | 'dev';
  readonly listen: { readonly host: string; readonly port: number };
  readonly logLevel: LogLevel;
  readonly redisUrl: string;
  readonly secret: string;
  readonly webhook: WebhookConfig | null;
  readonly stdout: 'off' | 'thin' | 'full';
  readonly context: boolean;
  /** Null: the schedule of Standard Webhooks. */
  readonly retryDelaysMs: readonly number[] | null;
  readonly concurrency: number;
  readonly lockMs: number;
  readonly relayIntervalMs: number;
}

const loopbackHosts = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

const integer = (from: number, to: number): z.ZodCoercedNumber => {
  const error = `must be a whole number from ${String(from)} to ${String(to)}.`;
  return z.coerce.number({ error }).int(error).min(from, error).max(to, error);
};

const keysOf = (text: string): readonly (Buffer | null)[] =>
  text.trim().split(/\s+/u).map(parseWebhookSecret);

const usableKeys = (text: string): boolean => {
  const keys = keysOf(text);
  return keys.length <= 2 && keys.every((key) => key !== null);
};

const shape = z.object({
  STEPGATE_MODE: z
    .enum(['production', 'dev'], { error: 'must be production or dev.' })
    .default('production'),
  STEPGATE_HOST: z.string().default('127.0.0.1'),
  STEPGATE_PORT: integer(0, 65_535).default(8_082),
  STEPGATE_LOG_LEVEL: z
    .enum(logLevels, { error: `must be one of ${logLevels.join(', ')}.` })
    .default('info'),
  STEPGATE_REDIS_URL: z.url({
    protocol: /^rediss?$/u,
    error: 'must be a redis:// or rediss:// address.',
  }),
  STEPGATE_SECRET: z
    .string()
    .min(32, 'must be the secret of the risk engines, at least 32 characters.'),
  STEPGATE_WEBHOOK_URL: z.url({ error: 'must be a web address.' }).optional(),
  STEPGATE_WEBHOOK_SECRET: z
    .string()
    .refine(
      usableKeys,
      'must be one secret of the form whsec_<base64 of 24 to 64 bytes>, or two with a space between.',
    )
    .optional(),
  STEPGATE_WEBHOOK_RETRY_SECONDS: z
    .string()
    .regex(
      /^\d{1,6}(?:,\d{1,6}){0,19}$/u,
      'must be up to 20 delays in seconds, with commas between.',
    )
    .optional(),
  STEPGATE_ALERT_STDOUT: z
    .enum(['off', 'thin', 'full'], { error: 'must be off, thin (without the subject) or full.' })
    .default('thin'),
  STEPGATE_ALERT_CONTEXT: z
    .enum(['true', 'false'], { error: 'must be true or false.' })
    .default('false'),
  STEPGATE_CONCURRENCY: integer(1, 256).default(8),
  STEPGATE_LOCK_MS: integer(1_000, 600_000).default(15_000),
  STEPGATE_RELAY_INTERVAL_MS: integer(10, 60_000).default(200),
});
type Settings = z.output<typeof shape>;

/** Null when an alert may be sent there. Plain HTTP would show subjects to whoever listens. */
const urlProblem = (text: string, mode: Settings['STEPGATE_MODE']): string | null => {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password.';
  if (url.protocol === 'https:') return null;
  const forDev = mode === 'dev' && url.protocol === 'http:' && loopbackHosts.test(url.hostname);
  return forDev ? null : 'must begin with https:// (http:// only to loopback in dev mode).';
};

const isUrl = (text: unknown): text is string => typeof text === 'string' && URL.canParse(text);

const schema = shape.superRefine((settings, context) => {
  const report = (name: keyof Settings, message: string): void => {
    context.addIssue({ code: 'custom', path: [name], message });
  };
  const { STEPGATE_WEBHOOK_URL: url, STEPGATE_WEBHOOK_SECRET: secret } = settings;
  if (isUrl(url)) {
    const problem = urlProblem(url, settings.STEPGATE_MODE);
    if (problem !== null) report('STEPGATE_WEBHOOK_URL', problem);
  }
  if (url !== undefined && secret === undefined) report('STEPGATE_WEBHOOK_SECRET', '');
  if (url === undefined && secret !== undefined) report('STEPGATE_WEBHOOK_URL', '');
  if (url === undefined && secret === undefined && settings.STEPGATE_ALERT_STDOUT !== 'full') {
    const message =
      'No alert would say who is under attack: set STEPGATE_WEBHOOK_URL or STEPGATE_ALERT_STDOUT=full.';
    context.addIssue({ code: 'custom', path: [], message });
  }
});

const webhookOf = (settings: Settings): WebhookConfig | null => {
  const { STEPGATE_WEBHOOK_URL: url, STEPGATE_WEBHOOK_SECRET: secret } = settings;
  if (url === undefined || secret === undefined) return null;
  return { url: new URL(url), keys: keysOf(secret).filter((key) => key !== null) };
};

const configOf = (settings: Settings): AlertWorkerConfig => ({
  mode: settings.STEPGATE_MODE,
  listen: { host: settings.STEPGATE_HOST, port: settings.STEPGATE_PORT },
  logLevel: settings.STEPGATE_LOG_LEVEL,
  redisUrl: settings.STEPGATE_REDIS_URL,
  secret: settings.STEPGATE_SECRET,
  webhook: webhookOf(settings),
  stdout: settings.STEPGATE_ALERT_STDOUT,
  context: settings.STEPGATE_ALERT_CONTEXT === 'true',
  retryDelaysMs:
    settings.STEPGATE_WEBHOOK_RETRY_SECONDS?.split(',').map((seconds) => Number(seconds) * 1_000) ??
    null,
  concurrency: settings.STEPGATE_CONCURRENCY,
  lockMs: settings.STEPGATE_LOCK_MS,
  relayIntervalMs: settings.STEPGATE_RELAY_INTERVAL_MS,
});

/** Given as such or as `NAME_FILE`. */
const secrets = [
  'STEPGATE_REDIS_URL',
  'STEPGATE_SECRET',
  'STEPGATE_WEBHOOK_URL',
  'STEPGATE_WEBHOOK_SECRET',
];

/** The worker's settings, or every problem with them in an operator's words. */
export const parseConfig = (env: NodeJS.ProcessEnv): EnvironmentResult<AlertWorkerConfig> => {
  const read = readEnvironment(schema, env, { secrets });
  return read.ok ? { ok: true, config: configOf(read.config) } : read;
};
