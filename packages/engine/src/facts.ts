import type { Properties } from './attempt.js';

/**
 * The names that expressions read, in snake_case as the policy author writes them. A key is left
 * out when its signal is absent or unavailable, so that `has()` can ask for it.
 */
export interface Facts {
  readonly subject: Properties;
  readonly action: Properties;
  readonly resource: Properties;
  readonly context: Properties;
  readonly ip: Properties;
  readonly geo: Properties;
  readonly device: Properties;
  readonly user_agent: Properties;
  readonly velocity: Properties;
  readonly push: Properties;
  readonly history: Properties;
  readonly hour: number;
  /** Unix seconds. */
  readonly now: number;
  /** In rules only. */
  readonly risk?: Properties;
  readonly findings?: readonly string[];
}

export type FactType = 'string' | 'number' | 'boolean' | 'string_list' | 'number_list' | 'object';

/**
 * Type of every name with a fixed shape; the policy package checks expressions against it.
 * `*` under a group stands for any further name (sent by the caller, so of any type).
 */
export const factTypes = {
  subject: { type: 'string', id: 'string', groups: 'string_list', properties: 'object' },
  action: { name: 'string', properties: 'object' },
  resource: { type: 'string', id: 'string', properties: 'object' },
  ip: { address: 'string', asn: 'number', org: 'string', categories: 'string_list' },
  geo: {
    country: 'string',
    region: 'string',
    city: 'string',
    precision_km: 'number',
    distance_km: 'number',
    speed_kmh: 'number',
  },
  device: {
    known: 'boolean',
    trusted: 'boolean',
    managed: 'boolean',
    age_days: 'number',
    last_seen_days: 'number',
    token: 'string',
  },
  user_agent: { browser: 'string', os: 'string', device_type: 'string', automated: 'boolean' },
  velocity: {
    subject_failures_10m: 'number',
    subject_failures_1h: 'number',
    subject_failures_24h: 'number',
    subject_sources_10m: 'number',
    subject_sources_1h: 'number',
    subject_sources_24h: 'number',
    source_failures_10m: 'number',
    source_failures_1h: 'number',
    source_failures_24h: 'number',
    source_subjects_10m: 'number',
    source_subjects_1h: 'number',
    source_subjects_24h: 'number',
    block_subjects_10m: 'number',
    network_subjects_1h: 'number',
  },
  push: {
    sent_10m: 'number',
    sent_1h: 'number',
    sent_24h: 'number',
    approved_10m: 'number',
    approved_1h: 'number',
    approved_24h: 'number',
    denied_10m: 'number',
    denied_1h: 'number',
    denied_24h: 'number',
    ignored_10m: 'number',
    ignored_1h: 'number',
    ignored_24h: 'number',
    reported_10m: 'number',
    reported_1h: 'number',
    reported_24h: 'number',
    unanswered_10m: 'number',
    unanswered_1h: 'number',
    unanswered_24h: 'number',
    ladder: 'number',
    pending: 'number',
    since_success: 'number',
  },
  history: { logins: 'number', score: 'number' },
  risk: { score: 'number', level: 'string' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FactType>>>>;
