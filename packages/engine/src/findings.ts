import type { DeviceTokenState, ReputationCategory } from './evidence.js';
import type { LikelihoodFeature } from './likelihood.js';

/** What each built-in reason carries. Units are in the names. */
export interface ReasonDetails {
  /** `looks_known`: its user agent is like that of a known device, whose token or id it does not bring. */
  device_unseen: {
    readonly known_devices: number;
    readonly device_sent: boolean;
    readonly looks_known: boolean;
  };
  device_token_invalid: { readonly problem: Exclude<DeviceTokenState, 'none' | 'valid'> };
  device_changed: { readonly last_seen_days: number };
  country_unseen: { readonly country: string; readonly known_countries: number };
  asn_unseen: { readonly asn: number; readonly known_asns: number };
  hour_unusual: {
    readonly hour_utc: number;
    readonly share_percent: number;
    readonly logins: number;
  };
  /** `ratio` above 1: more like anybody than like the owner. The features' points sum to the finding's. */
  history_unlikely: {
    readonly ratio: number;
    readonly features: readonly {
      readonly feature: LikelihoodFeature;
      readonly ratio: number;
      readonly points: number;
    }[];
  };
  history_insufficient: {
    readonly missing: 'logins' | 'population';
    readonly logins: number;
    readonly needed: number;
  };
  travel_impossible: {
    readonly distance_km: number;
    readonly elapsed_minutes: number;
    readonly speed_kmh: number;
  };
  travel_unconfirmed: {
    readonly distance_km: number;
    readonly elapsed_minutes: number;
    readonly speed_kmh: number;
    readonly exits: readonly ReputationCategory[];
  };
  ip_listed: { readonly categories: readonly ReputationCategory[] };
  user_agent_automated: { readonly browser: string | null };
  subject_failures: { readonly failures: number; readonly window_minutes: number };
  subject_stuffing: { readonly sources: number; readonly window_minutes: number };
  source_failures: { readonly failures: number; readonly window_minutes: number };
  source_spraying: { readonly distinct_subjects: number; readonly window_minutes: number };
  /** `block`: IPv4 /24 or IPv6 /48. `network`: autonomous system. */
  network_spraying: {
    readonly scope: 'block' | 'network';
    readonly distinct_subjects: number;
    readonly window_minutes: number;
  };
  limit_exceeded: {
    readonly limit: string;
    readonly per: string;
    readonly max: number;
    readonly window_minutes: number;
  };
  /** `pending` prompts wait for an answer; they count when another is asked for. */
  push_fatigue: {
    readonly unanswered: number;
    readonly pending?: number;
    readonly rung: number;
  };
  push_approved_after_denials: { readonly unanswered: number };
  device_mismatch: { readonly distance_km: number | null; readonly countries: readonly string[] };
  credential_breached: { readonly reported_days_ago: number };
  /** 0 minutes: the attack is under way. */
  account_at_risk: { readonly risk_minutes_ago: number };
  subject_locked: { readonly lock: string; readonly until: string };
  signal_unavailable: { readonly signal: string; readonly cause: string };
  rule: { readonly rule: string };
  /** The sum went over 100; its negative points bring the listed points down to the score. */
  score_clamped: { readonly sum: number };
}

export type ReasonCode = keyof ReasonDetails;

/** Closed list, one line of meaning each; docs/reasons.md is generated from it. */
export const reasonMeanings: Readonly<Record<ReasonCode, string>> = {
  device_unseen: 'No proven login of this subject came from this device, or no device was named.',
  device_token_invalid:
    'The device token was altered, was issued to somebody else, or has expired.',
  device_changed:
    'A known device does not look as it did at its last proven login: its token may have been copied.',
  country_unseen: 'No proven login of this subject came from this country.',
  asn_unseen: 'No proven login of this subject came from this network (autonomous system).',
  hour_unusual: 'The subject has seldom signed in around this hour of the day (UTC).',
  history_unlikely:
    'Address or user agent are unlikely for this subject, measured against all logins of the tenant.',
  history_insufficient:
    'Too few proven logins, of the subject or of the tenant, to say how likely this one is.',
  travel_impossible:
    'The least distance from the last trusted place could not be covered in the time since.',
  travel_unconfirmed:
    'Such a journey to the exit of a VPN, relay, carrier or satellite, which its user need not be near.',
  ip_listed:
    'The address is on a reputation list that costs points (tor, vpn, hosting, relay, abuse).',
  user_agent_automated: 'The user agent is a script, a declared bot, or missing.',
  subject_failures: 'Many failed logins of this subject in the window.',
  subject_stuffing: 'Logins of this subject failed from many distinct sources in the window.',
  source_failures: 'Many failed logins from this source in the window.',
  source_spraying: 'Logins of many distinct subjects failed from this source in the window.',
  network_spraying:
    'Logins of many distinct subjects failed from several sources of this block or network.',
  limit_exceeded: 'A limit of the policy is used up.',
  push_fatigue:
    'Push prompts were denied or ignored so often that a rung of the ladder is reached.',
  push_approved_after_denials:
    'A push prompt was approved soon after others were denied or ignored.',
  device_mismatch:
    'The authenticating device is in another country than the login, or far from it.',
  credential_breached: "A breach of the subject's credential was reported.",
  account_at_risk:
    'Enrolment or recovery was asked for during or soon after an attack or a login at high risk.',
  subject_locked: 'The subject is locked or held.',
  signal_unavailable: 'A signal could not be read; the policy says what that costs.',
  rule: 'A rule of the policy set the outcome.',
  score_clamped: 'The points add up to more than 100; the score is 100.',
};

/** Reasons that a policy's own `signals` raise; their code is the policy's word. */
export interface PolicyFinding {
  readonly reason: string;
  readonly points: number;
  readonly detail: { readonly signal: 'policy' };
}

export type BuiltInFinding = {
  readonly [R in ReasonCode]: {
    readonly reason: R;
    readonly points: number;
    readonly detail: ReasonDetails[R];
  };
}[ReasonCode];

/** A detector spoke: reason, points, and the evidence for it. Points add up to the score. */
export type Finding = BuiltInFinding | PolicyFinding;
