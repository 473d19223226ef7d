import { readFileSync } from 'node:fs';
import { z } from 'zod';

const anyHostPort = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:,[\]/@]+):\d{1,5}$/u;

const listOf = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

const isRedisUrl = (text: string): boolean =>
  URL.canParse(text) && ['redis:', 'rediss:', 'unix:'].includes(new URL(text).protocol);

const urlsOf = (text: string): string | readonly string[] => {
  const urls = listOf(text);
  return urls.length === 1 ? text.trim() : urls;
};

/** Where Redis is, for all that use it: fields for a service's own schema. */
export const redisFields = {
  STEPGATE_REDIS_URL: z
    .string()
    .refine((text) => listOf(text).every(isRedisUrl), {
      error:
        'must be a redis:// or rediss:// address, or several of a Cluster, with commas between.',
    })
    .describe('Where the state lives; several with commas between: nodes of a Cluster.'),
  STEPGATE_REDIS_SENTINELS: z
    .string()
    .refine((text) => listOf(text).every((part) => anyHostPort.test(part)), {
      error: 'must be host:port, or several with commas between.',
    })
    .optional()
    .describe('Sentinels that say where the primary is; user, password and TLS as in the URL.'),
  STEPGATE_REDIS_SENTINEL_PRIMARY: z
    .string()
    .min(1)
    .default('mymaster')
    .describe('The name under which the sentinels know the primary.'),
  STEPGATE_REDIS_CA_FILE: z
    .string()
    .optional()
    .describe("PEM; signs Redis's certificate, in place of the system's authorities."),
  STEPGATE_REDIS_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM; shown to a Redis that asks for a certificate.'),
  STEPGATE_REDIS_KEY_FILE: z.string().optional().describe('PEM; of that certificate.'),
  STEPGATE_REDIS_PLAIN: z
    .enum(['refuse', 'allow'], { error: 'must be refuse or allow.' })
    .default('refuse')
    .describe(
      'allow: no TLS to another machine. Whoever is on the way reads and writes the state.',
    ),
};

export type RedisSettings = z.output<z.ZodObject<typeof redisFields>>;

/** As the adapters take it. */
export interface RedisEndpointSettings {
  readonly url: string | readonly string[];
  readonly sentinels?: {
    readonly addresses: readonly { readonly host: string; readonly port: number }[];
    readonly primary: string;
  };
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

const hostPortOf = (text: string): { readonly host: string; readonly port: number } => {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/u, '$1');
  return { host, port: Number(text.slice(colon + 1)) };
};

/** By the name alone: what a name means elsewhere may change between the look and the connection. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);

const protocolOf = (url: string): string => new URL(url).protocol;

const leavesMachine = (url: string): boolean =>
  protocolOf(url) === 'redis:' && !isLoopback(new URL(url).hostname.replace(/^\[(.*)\]$/u, '$1'));

type Problem = readonly [name: keyof RedisSettings, message: string];

const plainProblem: Problem = [
  'STEPGATE_REDIS_URL',
  'is redis:// to another machine: passwords, locks and decisions would go in clear. Use rediss://, or set STEPGATE_REDIS_PLAIN=allow where the network is private.',
];

const topologyProblems = (settings: RedisSettings): readonly Problem[] => {
  const urls = listOf(settings.STEPGATE_REDIS_URL);
  const several = urls.length > 1;
  const problems: Problem[] = [];
  if (new Set(urls.map(protocolOf)).size > 1) {
    problems.push(['STEPGATE_REDIS_URL', 'mixes redis:// and rediss://.']);
  }
  if (several && settings.STEPGATE_REDIS_SENTINELS !== undefined) {
    problems.push([
      'STEPGATE_REDIS_SENTINELS',
      'goes with one address: a Cluster has no sentinels.',
    ]);
  }
  if (several && urls.some((url) => protocolOf(url) === 'unix:')) {
    problems.push(['STEPGATE_REDIS_URL', 'must be one socket, or several redis:// or rediss://.']);
  }
  return problems;
};

const secrecyProblems = (settings: RedisSettings): readonly Problem[] => {
  const urls = listOf(settings.STEPGATE_REDIS_URL);
  const { STEPGATE_REDIS_CERT_FILE: cert, STEPGATE_REDIS_KEY_FILE: key } = settings;
  const sentinels = settings.STEPGATE_REDIS_SENTINELS;
  const problems: Problem[] = [];
  const away =
    sentinels === undefined
      ? urls.some(leavesMachine)
      : urls.some((url) => protocolOf(url) !== 'rediss:') &&
        (urls.some(leavesMachine) ||
          listOf(sentinels).some((one) => !isLoopback(hostPortOf(one).host)));
  if (away && settings.STEPGATE_REDIS_PLAIN === 'refuse') problems.push(plainProblem);
  if ((cert === undefined) !== (key === undefined)) {
    const name = cert === undefined ? 'STEPGATE_REDIS_KEY_FILE' : 'STEPGATE_REDIS_CERT_FILE';
    problems.push([name, 'STEPGATE_REDIS_CERT_FILE and STEPGATE_REDIS_KEY_FILE go together.']);
  }
  const asks = settings.STEPGATE_REDIS_CA_FILE !== undefined || cert !== undefined;
  if (asks && urls.some((url) => protocolOf(url) !== 'rediss:')) {
    problems.push(['STEPGATE_REDIS_URL', 'must be rediss:// for a certificate to be of use.']);
  }
  return problems;
};

const pemFiles = [
  'STEPGATE_REDIS_CA_FILE',
  'STEPGATE_REDIS_CERT_FILE',
  'STEPGATE_REDIS_KEY_FILE',
] as const;

const isReadable = (file: string): boolean => {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
};

const fileProblems = (settings: RedisSettings): readonly Problem[] =>
  pemFiles.flatMap((name): readonly Problem[] => {
    const file = settings[name];
    const fine = file === undefined || isReadable(file);
    return fine ? [] : [[name, 'names a file that cannot be read.']];
  });

/** For the schema's `superRefine`: what the fields must be together. */
export const checkRedisSettings = (settings: RedisSettings, context: z.RefinementCtx): void => {
  const checks = [topologyProblems, secrecyProblems, fileProblems];
  for (const [name, message] of checks.flatMap((check) => check(settings))) {
    context.addIssue({ code: 'custom', path: [name], message });
  }
};

const readPem = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : readFileSync(file, 'utf8');

/** Of settings that were checked. @throws Error when a file has become unreadable since. */
export const redisEndpointOf = (settings: RedisSettings): RedisEndpointSettings => {
  const [ca, cert, key] = pemFiles.map((name) => readPem(settings[name]));
  const primary = settings.STEPGATE_REDIS_SENTINEL_PRIMARY;
  const sentinels = settings.STEPGATE_REDIS_SENTINELS;
  return {
    url: urlsOf(settings.STEPGATE_REDIS_URL),
    ...(sentinels === undefined
      ? {}
      : { sentinels: { addresses: listOf(sentinels).map(hostPortOf), primary } }),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  };
};
