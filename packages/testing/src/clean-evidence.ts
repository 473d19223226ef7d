import {
  observed,
  type Attempt,
  type Evidence,
  type Familiarity,
  type Place,
  type PushActivity,
  type PushCounts,
  type SourceVelocity,
  type SubjectHistory,
  type TraitCounts,
  type WindowCounts,
} from '@stepgate/engine';

/** A Tuesday, 10:00 UTC. */
export const cleanNow = Date.UTC(2026, 2, 3, 10, 0, 0);

export const dayMs = 86_400_000;

export const amsterdam: Place = {
  country: 'NL',
  region: 'NH',
  city: 'Amsterdam',
  timezone: 'Europe/Amsterdam',
  point: { latitude: 52.374, longitude: 4.8897, precisionKm: 20 },
};

export const sydney: Place = {
  country: 'AU',
  region: 'NSW',
  city: 'Sydney',
  timezone: 'Australia/Sydney',
  point: { latitude: -33.8688, longitude: 151.2093, precisionKm: 20 },
};

export const cleanAttempt = (overrides: Partial<Attempt> = {}): Attempt => ({
  tenant: 'acme',
  subject: { type: 'user', id: 'alice', properties: {} },
  action: { name: 'login', properties: {} },
  resource: { type: 'application', id: 'payroll', properties: {} },
  context: {},
  groups: ['finance'],
  authenticators: ['passkey', 'totp', 'push', 'sms'],
  ...overrides,
});

export const windowCounts = (count: number): WindowCounts => ({
  tuned: count,
  last10m: count,
  last1h: count,
  last24h: count,
});

export const sourceVelocity = (counts: {
  readonly failures?: number;
  readonly failedSubjects?: number;
  readonly blockSubjects?: number;
  readonly networkSubjects?: number;
  readonly provenSubjects?: number;
  readonly subjectProven?: boolean;
}): SourceVelocity => ({
  failures: windowCounts(counts.failures ?? 0),
  failedSubjects: windowCounts(counts.failedSubjects ?? 0),
  blockSubjects: { tuned: counts.blockSubjects ?? 0, last10m: counts.blockSubjects ?? 0 },
  networkSubjects: { tuned: counts.networkSubjects ?? 0, last1h: counts.networkSubjects ?? 0 },
  provenSubjects: counts.provenSubjects ?? 0,
  subjectProven: counts.subjectProven ?? false,
});

export const pushCounts = (overrides: Partial<PushCounts> = {}): PushCounts => ({
  sent: 0,
  approved: 0,
  denied: 0,
  ignored: 0,
  reported: 0,
  ...overrides,
});

/** No prompt in a day. */
export const quietPush = (overrides: Partial<PushActivity> = {}): PushActivity => ({
  last10m: pushCounts(),
  last1h: pushCounts(),
  last24h: pushCounts(),
  ladder: 0,
  since: null,
  pending: 0,
  latest: null,
  sentSinceSuccess: 0,
  unansweredBeforeApproval: 0,
  ...overrides,
});

/** Forty proven logins in office hours from two devices, the last a day ago in Amsterdam. */
export const cleanHistory = (overrides: Partial<SubjectHistory> = {}): SubjectHistory => ({
  logins: 40,
  lastLoginAt: cleanNow - dayMs,
  device: {
    firstSeenAt: cleanNow - 30 * dayMs,
    lastSeenAt: cleanNow - dayMs,
    trusted: false,
    sameFingerprint: true,
  },
  knownDevices: 2,
  countrySeen: true,
  knownCountries: 1,
  asnSeen: true,
  knownAsns: 2,
  loginsByHour: Array.from({ length: 24 }, (_, hour) => (hour >= 8 && hour < 18 ? 4 : 0)),
  places: [
    {
      latitude: 52.374,
      longitude: 4.8897,
      precisionKm: 20,
      at: cleanNow - dayMs,
      sameSource: true,
    },
  ],
  ...overrides,
});

const counts = (value: number): TraitCounts => ({
  address: value,
  asn: value,
  country: value,
  userAgent: value,
  browser: value,
  os: value,
  deviceType: value,
  rtt: null,
  hour: value,
});

export const cleanPopulation: NonNullable<Familiarity['population']> = {
  logins: 100_000,
  subjects: 80_000,
  returns: 60_000,
  counts: counts(40),
  distinct: {
    address: 20_000,
    asn: 200,
    country: 40,
    userAgent: 3_000,
    browser: 100,
    os: 40,
    deviceType: 4,
    rtt: 0,
    hour: 24,
  },
};

/** All forty logins looked like this one, and nobody else's of a hundred thousand did. */
export const cleanFamiliarity = (overrides: Partial<Familiarity> = {}): Familiarity => ({
  logins: 40,
  own: counts(40),
  population: cleanPopulation,
  ...overrides,
});

/** An ordinary login about which everything is known and nothing is amiss: no detector speaks. */
export const cleanEvidence = (overrides: Partial<Evidence> = {}): Evidence => ({
  attempt: cleanAttempt(),
  address: observed('203.0.113.7'),
  network: observed({ asn: 64500, org: 'Example Access' }),
  geo: observed(amsterdam),
  reputation: observed([]),
  userAgent: observed({
    browser: 'Firefox',
    browserVersion: '140.0',
    os: 'Linux',
    osVersion: null,
    deviceType: 'desktop',
    automated: false,
  }),
  device: observed({ managed: true, named: false, token: 'valid' }),
  history: observed(cleanHistory()),
  familiarity: observed(cleanFamiliarity()),
  subjectFailures: observed(windowCounts(0)),
  subjectSources: observed(windowCounts(0)),
  source: observed(sourceVelocity({})),
  push: observed(quietPush()),
  limits: observed([]),
  lock: observed(null),
  credentialBreachedAt: observed(null),
  accountRiskAt: observed(null),
  ...overrides,
});
