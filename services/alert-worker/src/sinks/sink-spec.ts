import type { AlertSeverity } from '@stepgate/engine';
import type { JsonWebKey, KeyObject } from 'node:crypto';

/** What of an alert a receiver may learn (threats.md H5: a third party gets no more than it needs). */
export interface MessageParts {
  /** Who is under attack. */
  readonly subject: boolean;
  /** Addresses, countries, networks and devices of the prompts. */
  readonly context: boolean;
}

/** Bounds of one delivery. */
export interface SinkLimits {
  readonly connectMs: number;
  /** From the start until the answer is read. */
  readonly totalMs: number;
  readonly responseBytes: number;
}

/** Which addresses a sink may connect to besides public ones. */
export interface TargetRule {
  /** CIDR ranges: a receiver in the operator's own network. Never loopback, link-local or metadata. */
  readonly allowAddresses: readonly string[];
  /** Loopback, and plain HTTP or SMTP to it; dev mode only. */
  readonly allowLoopback: boolean;
}

interface CommonSpec {
  readonly name: string;
  /** The least severity that the sink is told of. */
  readonly atLeast: AlertSeverity;
  /** Empty: all of them. */
  readonly tenants: readonly string[];
  readonly parts: MessageParts;
  /** Deliveries under way at a time. */
  readonly concurrency: number;
  /** Null: the schedule of Standard Webhooks. */
  readonly retryDelaysMs: readonly number[] | null;
  /** The page whose sections, one for each kind of alert, say what to do. */
  readonly runbookUrl: string;
}

interface RemoteSpec extends CommonSpec {
  readonly limits: SinkLimits;
  readonly target: TargetRule;
  /** PEM of the authority that the receiver's certificate must come from; null: the system's. */
  readonly ca: string | null;
}

export interface WebhookSpec extends RemoteSpec {
  readonly type: 'webhook';
  readonly url: URL;
  /** One, or two while receivers change from one to the other. */
  readonly keys: readonly Buffer[];
}

export interface SlackSpec extends RemoteSpec {
  readonly type: 'slack';
  readonly url: URL;
}

export interface EmailSpec extends RemoteSpec {
  readonly type: 'email';
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: required after EHLO; `none`: loopback in dev mode. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  readonly to: readonly string[];
}

export interface OcsfSpec extends CommonSpec {
  readonly type: 'ocsf';
  /** A file's path, or standard output. */
  readonly output: { readonly file: string } | 'stdout';
}

export interface StdoutSpec extends CommonSpec {
  readonly type: 'stdout';
}

export const ssfEvents = ['risk-level-change', 'session-revoked'] as const;
export type SsfEvent = (typeof ssfEvents)[number];

/** How a subject is named to a receiver (RFC 9493). */
export type SubjectFormat =
  | { readonly format: 'iss_sub'; readonly iss: string }
  | { readonly format: 'email' }
  | { readonly format: 'opaque' };

export interface SigningKey {
  readonly alg: 'RS256' | 'ES256';
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** What receivers verify with; has `kid`, `alg` and `use`. */
  readonly publicJwk: JsonWebKey;
}

export interface SsfSpec extends RemoteSpec {
  readonly type: 'ssf';
  readonly url: URL;
  /** Sent as `Authorization: Bearer …`; null where the receiver asks for none. */
  readonly token: string | null;
  readonly issuer: string;
  readonly audience: string;
  readonly shape: 'ssf' | 'okta';
  readonly events: readonly SsfEvent[];
  readonly subjectFormat: SubjectFormat;
  /** The first signs; a second one is only published, while receivers forget it. */
  readonly signingKeys: readonly [SigningKey, ...SigningKey[]];
}

/** A sink as the sinks file describes it, checked, with every default filled in and secrets read. */
export type SinkSpec = WebhookSpec | SlackSpec | EmailSpec | OcsfSpec | StdoutSpec | SsfSpec;
