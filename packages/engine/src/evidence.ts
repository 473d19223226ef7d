import type { Attempt, Instant } from './attempt.js';
import type { Signal } from './signal.js';

export const reputationCategories = [
  'tor',
  'vpn',
  'hosting',
  'relay',
  'abuse',
  // Carriers whose way out is far from the phone; in-flight, maritime and orbital providers.
  'mobile',
  'satellite',
] as const;
export type ReputationCategory = (typeof reputationCategories)[number];

/** Where an address is thought to be. `precisionKm` is the radius around the point. */
export interface Place {
  readonly country: string;
  readonly region: string | null;
  readonly city: string | null;
  readonly timezone: string | null;
  /** Null when the source knows the country only: a country's centroid is not a place. */
  readonly point: {
    readonly latitude: number;
    readonly longitude: number;
    readonly precisionKm: number;
  } | null;
}

export interface Network {
  readonly asn: number;
  readonly org: string;
}

export interface UserAgent {
  readonly browser: string | null;
  readonly browserVersion: string | null;
  readonly os: string | null;
  readonly osVersion: string | null;
  readonly deviceType: 'desktop' | 'mobile' | 'tablet' | 'other';
  /** A declared bot, a script library, or no browser at all. */
  readonly automated: boolean;
}

/** What became of the device token of the attempt; only a valid one names a device. */
export const deviceTokenStates = [
  'none',
  'valid',
  'tampered',
  'foreign_subject',
  'expired',
] as const;
export type DeviceTokenState = (typeof deviceTokenStates)[number];

export interface DeviceClaim {
  /** Whether the caller says that the device is under management; null when it does not say. */
  readonly managed: boolean | null;
  /** The caller names it by an id of its own. */
  readonly named: boolean;
  readonly token: DeviceTokenState;
}

/** What proven logins have taught about a subject, seen from the attempt at hand. */
export interface SubjectHistory {
  readonly logins: number;
  readonly lastLoginAt: Instant | null;
  /** The attempt's own device, null when it was never proven or the attempt names none. */
  readonly device: {
    readonly firstSeenAt: Instant;
    readonly lastSeenAt: Instant;
    /** Proven once by a phishing-resistant step-up. */
    readonly trusted: boolean;
    /** Whether it looks as it did at its last proven login (system, type, fingerprint); null: not known. */
    readonly sameFingerprint: boolean | null;
  } | null;
  readonly knownDevices: number;
  readonly countrySeen: boolean;
  readonly knownCountries: number;
  readonly asnSeen: boolean;
  readonly knownAsns: number;
  /** Proven logins by hour of day, UTC, 24 counts. */
  readonly loginsByHour: readonly number[];
  /** Places that a travel may be measured from: precise, and on no network that hides or moves its users. Latest first. */
  readonly places: readonly LearnedPlace[];
}

export interface LearnedPlace {
  readonly latitude: number;
  readonly longitude: number;
  readonly precisionKm: number;
  /** The latest proven login from there. */
  readonly at: Instant;
  /** The attempt comes from the same source address as that login. */
  readonly sameSource: boolean;
}

/** What the likelihood model compares, coarsest last within a feature; `hour` is of the day, UTC. */
export const traitLevels = [
  'address',
  'asn',
  'country',
  'userAgent',
  'browser',
  'os',
  'deviceType',
  'rtt',
  'hour',
] as const;
export type TraitLevel = (typeof traitLevels)[number];

/** How many proven logins had the attempt's own value; null: the attempt has none. */
export type TraitCounts = Readonly<Record<TraitLevel, number | null>>;

/** What the likelihood model knows: the attempt's traits among the subject's logins and among all. */
export interface Familiarity {
  /** Proven logins of the subject. */
  readonly logins: number;
  readonly own: TraitCounts;
  /** Null: the tenant's population was not read yet. */
  readonly population: {
    readonly logins: number;
    /** Subjects with a proven login. */
    readonly subjects: number;
    /** Proven logins from a device that was known by then. */
    readonly returns: number;
    readonly counts: TraitCounts;
    /** Distinct values seen, by level. */
    readonly distinct: Readonly<Record<TraitLevel, number>>;
  } | null;
}

/** Counts over sliding windows; `tuned` is the window that the policy's detector asks for. */
export interface WindowCounts {
  readonly tuned: number;
  readonly last10m: number;
  readonly last1h: number;
  readonly last24h: number;
}

export interface SourceVelocity {
  /** Failed attempts from the source (an IPv4 address or an IPv6 /64). */
  readonly failures: WindowCounts;
  /** Distinct subjects that failed from the source. */
  readonly failedSubjects: WindowCounts;
  /** The same of the addresses around it (IPv4 /24, IPv6 /48); each source adds five at most. */
  readonly blockSubjects: { readonly tuned: number; readonly last10m: number };
  /** The same of its autonomous system; none where that is not known. */
  readonly networkSubjects: { readonly tuned: number; readonly last1h: number };
  /** Distinct subjects with a proven login from the source in 30 days; counted up to 64. */
  readonly provenSubjects: number;
  /** The attempt's subject has proven a login from the source before. */
  readonly subjectProven: boolean;
}

export const pushResults = ['sent', 'approved', 'denied', 'ignored', 'reported'] as const;
export type PushResult = (typeof pushResults)[number];
export type PushCounts = Readonly<Record<PushResult, number>>;

/** Prompts that nobody said yes to: refused, left to run out, or reported. Ignored ones include those
 * that ran out without any word from the caller. */
export const unansweredOf = (counts: PushCounts): number =>
  counts.denied + counts.ignored + counts.reported;

export interface PushActivity {
  readonly last10m: PushCounts;
  readonly last1h: PushCounts;
  readonly last24h: PushCounts;
  /** Results that the policy's ladder counts, in its window, since its last reset. */
  readonly ladder: number;
  /** The first prompt that the ladder counts, and the latest; null when there is none. */
  readonly since: Instant | null;
  readonly latest: Instant | null;
  /** Prompts since that reset which wait for their answer. */
  readonly pending: number;
  /** NIST SP 800-63B-4: pushes since the last successful authentication. */
  readonly sentSinceSuccess: number;
  /**
   * Unanswered prompts before the latest approval, both within the window that the policy calls tired;
   * 0 when there was no approval of late.
   */
  readonly unansweredBeforeApproval: number;
}

export interface Lock {
  readonly reason: 'push_fatigue' | 'feedback_compromised';
  readonly since: Instant;
  readonly until: Instant;
  /** A known device is still served, so that an attacker cannot lock the owner out. */
  readonly exceptKnownDevice: boolean;
}

export interface LimitUsage {
  readonly name: string;
  readonly per: 'subject' | 'source' | 'tenant';
  readonly max: number;
  readonly windowMs: number;
  /** Attempts admitted in the window, this one included when it was admitted. */
  readonly count: number;
  readonly exceeded: boolean;
}

/** All signals of one attempt. Evaluation reads this and nothing else. */
export interface Evidence {
  readonly attempt: Attempt;
  /** Canonical address. */
  readonly address: Signal<string>;
  readonly network: Signal<Network>;
  readonly geo: Signal<Place>;
  readonly reputation: Signal<readonly ReputationCategory[]>;
  readonly userAgent: Signal<UserAgent>;
  readonly device: Signal<DeviceClaim>;
  readonly history: Signal<SubjectHistory>;
  readonly familiarity: Signal<Familiarity>;
  readonly subjectFailures: Signal<WindowCounts>;
  /** Distinct sources from which the subject failed. */
  readonly subjectSources: Signal<WindowCounts>;
  readonly source: Signal<SourceVelocity>;
  readonly push: Signal<PushActivity>;
  readonly limits: Signal<readonly LimitUsage[]>;
  /** Observed null: the subject is not locked. */
  readonly lock: Signal<Lock | null>;
  /** When a breach of the subject's credential was last reported; observed null: never. */
  readonly credentialBreachedAt: Signal<Instant | null>;
  /**
   * When the subject was last under a push attack, or signed in at high risk; observed null: not
   * lately. An attacker who got in enrols an authenticator of his own next.
   */
  readonly accountRiskAt: Signal<Instant | null>;
}

/** Names of the signals, for metrics and for `signal_unavailable`. */
export const signalNames = [
  'address',
  'network',
  'geo',
  'reputation',
  'userAgent',
  'device',
  'history',
  'familiarity',
  'subjectFailures',
  'subjectSources',
  'source',
  'push',
  'limits',
  'lock',
  'credentialBreachedAt',
  'accountRiskAt',
] as const satisfies readonly Exclude<keyof Evidence, 'attempt'>[];
export type SignalName = (typeof signalNames)[number];

/** What lives in the state store: all of it goes when the store does. */
export const stateSignals: readonly SignalName[] = [
  'history',
  'familiarity',
  'subjectFailures',
  'subjectSources',
  'source',
  'push',
  'limits',
  'lock',
  'credentialBreachedAt',
  'accountRiskAt',
];

/** The name of a signal outside the code: on the wire, in metrics and in logs. */
export const signalLabel = (signal: SignalName): string =>
  signal.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
