import { alertSeverities } from '@stepgate/engine';
import { z } from 'zod';
import { ssfEvents } from '../../sinks/sink-spec.js';
import { duration, line, ownNetwork, secretSource, strictObject, urlSource } from './values.js';

const dayMs = 86_400_000;
/** Limits that a sink may make stricter, and never laxer (threats.md H3). */
export const ceilings = { connectMs: 2_000, totalMs: 10_000, responseBytes: 65_536 } as const;
/** As many as metrics have labels for. */
const maxSinks = 16;

const emailAddress = line(254).regex(
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/u,
  'must be a mail address such as soc@example.com',
);

/** Names that metrics have a meaning of their own for. */
const reservedNames: readonly string[] = ['none', 'other'];

const sinkName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,31}$/u,
    'must be lower case letters, digits, - and _, at most 32, a letter first',
  )
  .refine((name) => !reservedNames.includes(name), 'is a reserved word; choose another name');

const common = {
  name: sinkName,
  severities: strictObject({ at_least: z.enum(alertSeverities) }).optional(),
  tenants: z.array(line(256)).min(1).max(100).optional(),
  concurrency: z.int().min(1).max(32).optional(),
  retry_delays: z.array(duration(dayMs)).min(1).max(20).optional(),
};

const content = {
  subject: z.enum(['full', 'none']).optional(),
  context: z.boolean().optional(),
};

const remote = {
  timeouts: strictObject({
    connect: duration(ceilings.connectMs).optional(),
    total: duration(ceilings.totalMs).optional(),
  }).optional(),
  ca: secretSource.optional(),
  allow_addresses: z.array(ownNetwork).min(1).max(32).optional(),
  allow_loopback: z.boolean().optional(),
};

const webhook = strictObject({
  ...common,
  type: z.literal('webhook'),
  ...content,
  ...remote,
  url: urlSource,
  secrets: z.array(secretSource).min(1).max(2),
});

const slack = strictObject({
  ...common,
  type: z.literal('slack'),
  ...content,
  ...remote,
  url: secretSource,
});

const email = strictObject({
  ...common,
  type: z.literal('email'),
  ...content,
  ...remote,
  host: line(253),
  port: z.int().min(1).max(65_535).optional(),
  tls: z.enum(['implicit', 'starttls', 'none']).optional(),
  user: line(256).optional(),
  password: secretSource.optional(),
  from: emailAddress,
  to: z.array(emailAddress).min(1).max(20),
});

const ocsf = strictObject({
  ...common,
  type: z.literal('ocsf'),
  ...content,
  file: line(1_024).optional(),
});

const stdout = strictObject({ ...common, type: z.literal('stdout'), ...content });

const ssf = strictObject({
  ...common,
  type: z.literal('ssf'),
  ...remote,
  url: urlSource,
  token: secretSource.optional(),
  issuer: line(512),
  audience: line(512),
  shape: z.enum(['ssf', 'okta']).optional(),
  events: z.array(z.enum(ssfEvents)).min(1).max(ssfEvents.length).optional(),
  subject_format: z.enum(['iss_sub', 'email', 'opaque']).optional(),
  subject_issuer: line(512).optional(),
  keys: z.array(secretSource).min(1).max(2),
});

export const sinkSchemas = { webhook, slack, email, ocsf, stdout, ssf };
export type SinkType = keyof typeof sinkSchemas;

export type Written<T extends SinkType> = z.output<(typeof sinkSchemas)[T]>;
export type WrittenSink = { [T in SinkType]: Written<T> }[SinkType];
/** Any sink that connects to somewhere. */
export type WrittenRemote = Written<'webhook' | 'slack' | 'email' | 'ssf'>;

export const fileSchema = strictObject({
  stepgate: z.literal('v1'),
  /** Without a fragment: one is added for each kind of alert. */
  runbook_url: line(1_024)
    .regex(/^[^#\s]+$/u, 'must be an address without # and blanks')
    .optional(),
  sinks: z.array(z.unknown()).min(1).max(maxSinks),
});
