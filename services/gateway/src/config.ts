import { failModes } from '@stepgate/client';
import { logLevels, readEnvironment, type EnvironmentResult } from '@stepgate/telemetry';
import { z } from 'zod';
import { pemFile, publicKeysFile, tlsFrom, tlsProblems } from './engine-trust.js';

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .transform((url) => url.replace(/\/$/, ''));
const originUrl = httpUrl.refine(
  (url) => URL.canParse(url) && new URL(url).origin === url,
  'must be scheme, host and port only',
);
const integer = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const headerName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]+$/, 'must be a header name');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const trustedProxies = list.pipe(
  z.array(
    z
      .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
        error: 'must be addresses or CIDRs, separated by commas',
      })
      // "Everybody" is no proxy: the left-most address, written by the client, would be believed.
      .refine((cidr) => !cidr.endsWith('/0'), 'must not trust the whole internet (/0)'),
  ),
);
const sessionKeys = list.pipe(
  z
    .array(z.string().min(32, 'each key must have at least 32 characters'))
    .min(1, 'must hold at least one key'),
);

/** Environment of the gateway. Every name starts with STEPGATE_; unknown ones are typos. */
const configSchema = z
  .strictObject({
    STEPGATE_MODE: z
      .enum(['production', 'dev'])
      .default('production')
      .describe('production: cookies are Secure and bound to the host.'),
    STEPGATE_HOST: z.string().default('127.0.0.1').describe('Address to bind to.'),
    STEPGATE_PORT: integer(0, 65_535).default(8081),
    STEPGATE_OPERATIONS_PORT: integer(0, 65_535)
      .optional()
      .describe('Health and metrics on a port of their own; without it they share STEPGATE_PORT.'),
    STEPGATE_LOG_LEVEL: z.enum(logLevels).default('info'),
    STEPGATE_FAST_PROTOTYPES: z
      .stringbool()
      .default(true)
      .describe('false: plain node:http objects under Express, should the fast ones misbehave.'),
    STEPGATE_ENGINE_URL: httpUrl.describe('The risk engine.'),
    STEPGATE_API_KEY: z.string().describe('A key with the scopes decide and events.'),
    STEPGATE_ENGINE_TIMEOUT_MS: integer(10, 10_000).default(250),
    STEPGATE_ENGINE_JWKS_FILE: publicKeysFile
      .optional()
      .describe('Pinned keys: only a decision that they signed is one (STEPGATE_SIGN=all).'),
    STEPGATE_ENGINE_CA_FILE: pemFile.optional().describe('Who vouches for the engine (PEM).'),
    STEPGATE_ENGINE_CERT_FILE: pemFile.optional().describe('Client certificate (PEM).'),
    STEPGATE_ENGINE_KEY_FILE: pemFile.optional().describe('Its key (PEM).'),
    STEPGATE_FAIL_MODE: z
      .enum(failModes)
      .default('step_up')
      .describe('When the engine is away. allow lets everybody in, marked.'),
    STEPGATE_TRUSTED_PROXIES: trustedProxies
      .default([])
      .describe('Addresses and CIDRs of the proxies whose headers are believed.'),
    STEPGATE_SUBJECT_HEADER: headerName.default('x-auth-subject'),
    STEPGATE_GROUPS_HEADER: headerName.default('x-auth-groups'),
    STEPGATE_AUTHENTICATORS_HEADER: headerName.default('x-auth-authenticators'),
    STEPGATE_DEVICE_HEADER: headerName.default('x-device-id'),
    STEPGATE_APPLICATION: z
      .string()
      .max(256)
      .default('default')
      .describe('The resource where a request names none.'),
    STEPGATE_UPSTREAM_URL: originUrl
      .optional()
      .describe('The application to guard; without it the gateway only answers forward-auth.'),
    STEPGATE_UPSTREAM_TIMEOUT_MS: integer(100, 120_000).default(10_000),
    STEPGATE_LOGIN_PATH: z
      .string()
      .regex(/^(\/[a-z0-9._~-]+)+$/, 'must be a lower-case path without a trailing slash')
      .default('/login'),
    STEPGATE_LOGIN_SUBJECT_FIELD: z
      .string()
      .default('username')
      .describe('The field of the login form that names the subject.'),
    STEPGATE_SESSION_KEYS: sessionKeys
      .optional()
      .describe('Seal the sessions, separated by commas; the first seals, all open (rotation).'),
    STEPGATE_SESSION_TTL_SECONDS: integer(60, 86_400).default(3_600),
    STEPGATE_VERIFIER_URL: httpUrl
      .optional()
      .describe("Checks an authenticator's proof; without it no step-up can be completed here."),
  })
  .refine(
    (env) => env.STEPGATE_UPSTREAM_URL === undefined || env.STEPGATE_SESSION_KEYS !== undefined,
    {
      path: ['STEPGATE_SESSION_KEYS'],
      error: 'must be set when STEPGATE_UPSTREAM_URL is: they seal the sessions',
      // Also when something else is wrong: all problems at once.
      when: () => true,
    },
  )
  .superRefine((env, context) => {
    for (const { name, message } of tlsProblems(env)) {
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });

type Environment = z.output<typeof configSchema>;

const guardFrom = (env: Environment) =>
  env.STEPGATE_UPSTREAM_URL === undefined || env.STEPGATE_SESSION_KEYS === undefined
    ? null
    : {
        upstreamUrl: env.STEPGATE_UPSTREAM_URL,
        upstreamTimeoutMs: env.STEPGATE_UPSTREAM_TIMEOUT_MS,
        loginPath: env.STEPGATE_LOGIN_PATH,
        subjectField: env.STEPGATE_LOGIN_SUBJECT_FIELD,
        sessionKeys: env.STEPGATE_SESSION_KEYS,
        sessionTtlMs: env.STEPGATE_SESSION_TTL_SECONDS * 1_000,
        /** Null: completion is off, since a browser's word for its own step-up is worth nothing. */
        verifierUrl: env.STEPGATE_VERIFIER_URL ?? null,
      };

const engineFrom = (env: Environment) => {
  const { STEPGATE_ENGINE_JWKS_FILE: verifyKeys } = env;
  const tls = tlsFrom(env);
  return {
    engineUrl: env.STEPGATE_ENGINE_URL,
    apiKey: env.STEPGATE_API_KEY,
    timeoutMs: env.STEPGATE_ENGINE_TIMEOUT_MS,
    ...(verifyKeys === undefined ? {} : { verifyKeys }),
    ...(tls === undefined ? {} : { tls }),
  };
};

const configFrom = (env: Environment) => ({
  mode: env.STEPGATE_MODE,
  listen: { host: env.STEPGATE_HOST, port: env.STEPGATE_PORT },
  operationsPort: env.STEPGATE_OPERATIONS_PORT ?? null,
  logLevel: env.STEPGATE_LOG_LEVEL,
  fastPrototypes: env.STEPGATE_FAST_PROTOTYPES,
  engine: engineFrom(env),
  failMode: env.STEPGATE_FAIL_MODE,
  trustedProxies: env.STEPGATE_TRUSTED_PROXIES,
  /** In which a trusted proxy or the upstream says who somebody is; lower case. */
  headers: {
    subject: env.STEPGATE_SUBJECT_HEADER,
    groups: env.STEPGATE_GROUPS_HEADER,
    authenticators: env.STEPGATE_AUTHENTICATORS_HEADER,
    device: env.STEPGATE_DEVICE_HEADER,
  },
  application: env.STEPGATE_APPLICATION,
  /** Null: forward-auth only. */
  guard: guardFrom(env),
});

export type GatewayConfig = ReturnType<typeof configFrom>;
export type GuardConfig = NonNullable<GatewayConfig['guard']>;

/** The gateway's configuration, or all that is wrong with it, in operator language. */
export const parseConfig = (environment: NodeJS.ProcessEnv): EnvironmentResult<GatewayConfig> => {
  const result = readEnvironment(configSchema, environment, {
    secrets: ['STEPGATE_API_KEY', 'STEPGATE_SESSION_KEYS'],
  });
  return result.ok ? { ok: true, config: configFrom(result.config) } : result;
};
