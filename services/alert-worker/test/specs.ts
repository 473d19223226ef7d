import type {
  EmailSpec,
  OcsfSpec,
  SinkLimits,
  SlackSpec,
  StdoutSpec,
  TargetRule,
  WebhookSpec,
} from '../src/sinks/sink-spec.js';
import { parseWebhookSecret } from '../src/sinks/webhook/webhook-signature.js';
import { webhookSecret } from './receiver.js';

export const keyOf = (secret: string): Buffer => {
  const key = parseWebhookSecret(secret);
  if (key === null) throw new Error('no secret');
  return key;
};

export const limits: SinkLimits = { connectMs: 2_000, totalMs: 10_000, responseBytes: 65_536 };
/** What a file without `allow_…` gives. */
export const publicOnly: TargetRule = { allowAddresses: [], allowLoopback: false };
const loopback: TargetRule = { allowAddresses: [], allowLoopback: true };

const common = {
  atLeast: 'low',
  tenants: [],
  parts: { subject: true, context: false },
  concurrency: 4,
  retryDelaysMs: null,
  runbookUrl: 'https://wiki.acme.example/stepgate',
} as const;
const remote = { limits, target: loopback, ca: null };

export const webhookSpec = (changes: Partial<WebhookSpec> = {}): WebhookSpec => ({
  ...common,
  ...remote,
  type: 'webhook',
  name: 'webhook',
  url: new URL('http://127.0.0.1:1/'),
  keys: [keyOf(webhookSecret)],
  ...changes,
});

export const slackSpec = (changes: Partial<SlackSpec> = {}): SlackSpec => ({
  ...common,
  ...remote,
  type: 'slack',
  name: 'chat',
  url: new URL('http://127.0.0.1:1/'),
  ...changes,
});

export const emailSpec = (changes: Partial<EmailSpec> = {}): EmailSpec => ({
  ...common,
  ...remote,
  type: 'email',
  name: 'mail',
  host: '127.0.0.1',
  port: 25,
  tls: 'none',
  login: null,
  from: 'alerts@acme.example',
  to: ['soc@acme.example'],
  ...changes,
});

export const ocsfSpec = (changes: Partial<OcsfSpec> = {}): OcsfSpec => ({
  ...common,
  type: 'ocsf',
  name: 'siem',
  output: 'stdout',
  ...changes,
});

export const stdoutSpec = (changes: Partial<StdoutSpec> = {}): StdoutSpec => ({
  ...common,
  type: 'stdout',
  name: 'stdout',
  ...changes,
});
