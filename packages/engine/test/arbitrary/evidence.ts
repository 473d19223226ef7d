import fc, { type Arbitrary } from 'fast-check';
import { cleanNow } from '@stepgate/testing';
import { actionNames, authenticators, type Attempt } from '../../src/attempt.js';
import {
  deviceTokenStates,
  reputationCategories,
  type Evidence,
  type Familiarity,
  type LimitUsage,
  type Lock,
  type Place,
  type PushActivity,
  type SubjectHistory,
  type WindowCounts,
} from '../../src/evidence.js';
import { absent, observed, unavailable, type Signal } from '../../src/signal.js';

/** Any finite number, extremes first of all. */
export const anyNumber = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom(0, -0, -1, 1e308, -1e308, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, 8.64e15),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** Around the instant of the evaluation, where windows and attacks begin and end; or anywhere. */
export const anyInstant = fc.oneof(
  fc.integer({ min: -50, max: 2 }).map((hours) => cleanNow + hours * 3_600_000),
  anyNumber,
);
const anyText = fc.oneof(fc.constant(''), fc.string(), fc.string({ unit: 'binary' }));
const orNull = <T>(arbitrary: Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const anySignal = <T>(value: Arbitrary<T>): Arbitrary<Signal<T>> =>
  fc.oneof(
    { weight: 4, arbitrary: value.map(observed) },
    { weight: 1, arbitrary: fc.constant(absent) },
    { weight: 1, arbitrary: anyText.map(unavailable) },
  );

/** Poles, the antimeridian and the equator among them. */
export const pointOnGlobe = fc.record({
  latitude: fc.oneof(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.constantFrom(0, 90, -90, 52.37),
  ),
  longitude: fc.oneof(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.constantFrom(0, 180, -180, 4.9),
  ),
  precisionKm: fc.oneof(fc.constantFrom(0, 20, 200), fc.double({ min: 0, max: 2000, noNaN: true })),
});
const anyPoint = fc.oneof(
  pointOnGlobe,
  fc.record({ latitude: anyNumber, longitude: anyNumber, precisionKm: anyNumber }),
);

const anyPlace: Arbitrary<Place> = fc.record({
  country: anyText,
  region: orNull(anyText),
  city: orNull(anyText),
  timezone: orNull(anyText),
  point: orNull(anyPoint),
});

const anyCounts: Arbitrary<WindowCounts> = fc.record({
  tuned: anyNumber,
  last10m: anyNumber,
  last1h: anyNumber,
  last24h: anyNumber,
});

const anyPushCounts = fc.record({
  sent: anyNumber,
  approved: anyNumber,
  denied: anyNumber,
  ignored: anyNumber,
  reported: anyNumber,
});

export const anyPush: Arbitrary<PushActivity> = fc.record({
  last10m: anyPushCounts,
  last1h: anyPushCounts,
  last24h: anyPushCounts,
  ladder: anyNumber,
  since: orNull(anyInstant),
  latest: orNull(anyInstant),
  pending: anyNumber,
  sentSinceSuccess: anyNumber,
  unansweredBeforeApproval: anyNumber,
});

const anyHistory: Arbitrary<SubjectHistory> = fc.record({
  logins: anyNumber,
  lastLoginAt: orNull(anyNumber),
  device: orNull(
    fc.record({
      firstSeenAt: anyInstant,
      lastSeenAt: anyNumber,
      trusted: fc.boolean(),
      sameFingerprint: orNull(fc.boolean()),
    }),
  ),
  knownDevices: anyNumber,
  countrySeen: fc.boolean(),
  knownCountries: anyNumber,
  asnSeen: fc.boolean(),
  knownAsns: anyNumber,
  loginsByHour: fc.array(anyNumber, { maxLength: 25 }),
  places: fc.array(
    fc
      .tuple(anyPoint, anyInstant, fc.boolean())
      .map(([point, at, sameSource]) => ({ ...point, at, sameSource })),
    { maxLength: 4 },
  ),
});

const anyTraitCounts = fc.record({
  address: orNull(anyNumber),
  asn: orNull(anyNumber),
  country: orNull(anyNumber),
  userAgent: orNull(anyNumber),
  browser: orNull(anyNumber),
  os: orNull(anyNumber),
  deviceType: orNull(anyNumber),
  rtt: orNull(anyNumber),
  hour: orNull(anyNumber),
});

const anyDistinct = fc.record({
  address: anyNumber,
  asn: anyNumber,
  country: anyNumber,
  userAgent: anyNumber,
  browser: anyNumber,
  os: anyNumber,
  deviceType: anyNumber,
  rtt: anyNumber,
  hour: anyNumber,
});

const anyFamiliarity: Arbitrary<Familiarity> = fc.record({
  logins: anyNumber,
  own: anyTraitCounts,
  population: orNull(
    fc.record({
      logins: anyNumber,
      subjects: anyNumber,
      returns: anyNumber,
      counts: anyTraitCounts,
      distinct: anyDistinct,
    }),
  ),
});

export const anyLock: Arbitrary<Lock> = fc.record({
  reason: fc.constantFrom('push_fatigue', 'feedback_compromised'),
  since: anyInstant,
  until: anyInstant,
  exceptKnownDevice: fc.boolean(),
});

/** Three names that policies know, and one that they do not. */
export const limitNames = ['one', 'two', 'three', 'unheard of'] as const;

const anyUsage: Arbitrary<LimitUsage> = fc.record({
  name: fc.constantFrom(...limitNames),
  per: fc.constantFrom('subject', 'source', 'tenant'),
  max: anyNumber,
  windowMs: anyNumber,
  count: anyNumber,
  exceeded: fc.boolean(),
});

const anyObject = fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.boolean()), {
  maxKeys: 3,
});

const anyAttempt: Arbitrary<Attempt> = fc.record({
  tenant: anyText,
  subject: fc.record({ type: anyText, id: anyText, properties: anyObject }),
  action: fc.record({
    name: fc.oneof(fc.constantFrom(...actionNames), anyText),
    properties: anyObject,
  }),
  resource: fc.record({ type: anyText, id: anyText, properties: anyObject }),
  context: anyObject,
  groups: fc.array(anyText, { maxLength: 3 }),
  authenticators: orNull(fc.subarray([...authenticators])),
});

/** Any evidence whatever: every signal in every state, numbers and texts at their worst. */
export const anyEvidence: Arbitrary<Evidence> = fc.record({
  attempt: anyAttempt,
  address: anySignal(anyText),
  network: anySignal(fc.record({ asn: anyNumber, org: anyText })),
  geo: anySignal(anyPlace),
  reputation: anySignal(fc.subarray([...reputationCategories])),
  userAgent: anySignal(
    fc.record({
      browser: orNull(anyText),
      browserVersion: orNull(anyText),
      os: orNull(anyText),
      osVersion: orNull(anyText),
      deviceType: fc.constantFrom('desktop', 'mobile', 'tablet', 'other'),
      automated: fc.boolean(),
    }),
  ),
  device: anySignal(
    fc.record({
      managed: orNull(fc.boolean()),
      named: fc.boolean(),
      token: fc.constantFrom(...deviceTokenStates),
    }),
  ),
  history: anySignal(anyHistory),
  familiarity: anySignal(anyFamiliarity),
  subjectFailures: anySignal(anyCounts),
  subjectSources: anySignal(anyCounts),
  source: anySignal(
    fc.record({
      failures: anyCounts,
      failedSubjects: anyCounts,
      blockSubjects: fc.record({ tuned: anyNumber, last10m: anyNumber }),
      networkSubjects: fc.record({ tuned: anyNumber, last1h: anyNumber }),
      provenSubjects: anyNumber,
      subjectProven: fc.boolean(),
    }),
  ),
  push: anySignal(anyPush),
  limits: anySignal(fc.array(anyUsage, { maxLength: 4 })),
  lock: anySignal(orNull(anyLock)),
  credentialBreachedAt: anySignal(orNull(anyNumber)),
  accountRiskAt: anySignal(orNull(anyInstant)),
});
