import type { SubjectExport, SubjectState, SubjectView } from '@stepgate/assessment';
import type {
  LearnedPlace,
  LimitUsage,
  Lock,
  PushActivity,
  PushCounts,
  SourceVelocity,
  SubjectHistory,
  TraitCounts,
  WindowCounts,
} from '@stepgate/engine';

/**
 * What two states know of one subject, as one: the stricter of what holds it back, all of what is known
 * of it. Events are counted in both, so counts are not added up: the larger has seen them all.
 */

const later = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** A live lock is never made shorter or milder by another. */
export const stricterLock = (one: Lock | null, other: Lock | null): Lock | null => {
  if (one === null || other === null) return one ?? other;
  const longer = one.until >= other.until ? one : other;
  return {
    reason: longer.reason,
    since: Math.min(one.since, other.since),
    until: longer.until,
    exceptKnownDevice: one.exceptKnownDevice && other.exceptKnownDevice,
  };
};

const moreOf = (one: WindowCounts, other: WindowCounts): WindowCounts => ({
  tuned: Math.max(one.tuned, other.tuned),
  last10m: Math.max(one.last10m, other.last10m),
  last1h: Math.max(one.last1h, other.last1h),
  last24h: Math.max(one.last24h, other.last24h),
});

const morePrompts = (one: PushCounts, other: PushCounts): PushCounts => ({
  sent: Math.max(one.sent, other.sent),
  approved: Math.max(one.approved, other.approved),
  denied: Math.max(one.denied, other.denied),
  ignored: Math.max(one.ignored, other.ignored),
  reported: Math.max(one.reported, other.reported),
});

export const mergePush = (one: PushActivity, other: PushActivity): PushActivity => ({
  last10m: morePrompts(one.last10m, other.last10m),
  last1h: morePrompts(one.last1h, other.last1h),
  last24h: morePrompts(one.last24h, other.last24h),
  ladder: Math.max(one.ladder, other.ladder),
  since: earlier(one.since, other.since),
  latest: later(one.latest, other.latest),
  pending: Math.max(one.pending, other.pending),
  sentSinceSuccess: Math.max(one.sentSinceSuccess, other.sentSinceSuccess),
  unansweredBeforeApproval: Math.max(one.unansweredBeforeApproval, other.unansweredBeforeApproval),
});

type Device = SubjectHistory['device'];

const mergeDevice = (current: Device, previous: Device): Device => {
  if (current === null || previous === null) return current ?? previous;
  return {
    firstSeenAt: Math.min(current.firstSeenAt, previous.firstSeenAt),
    lastSeenAt: Math.max(current.lastSeenAt, previous.lastSeenAt),
    trusted: current.trusted || previous.trusted,
    sameFingerprint: current.sameFingerprint ?? previous.sameFingerprint,
  };
};

const placesKept = 3;
const isSamePlace = (one: LearnedPlace, other: LearnedPlace): boolean =>
  one.latitude === other.latitude && one.longitude === other.longitude;

/** Latest first; one place that both know is told once. */
const mergePlaces = (all: readonly LearnedPlace[]): readonly LearnedPlace[] => {
  const places: LearnedPlace[] = [];
  for (const place of all.toSorted((one, other) => other.at - one.at)) {
    const known = places.findIndex((one) => isSamePlace(one, place));
    if (known < 0) places.push(place);
    else
      places[known] = {
        ...place,
        ...places[known],
        sameSource: place.sameSource || places[known]?.sameSource === true,
      };
  }
  return places.slice(0, placesKept);
};

const moreHours = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.map((logins, hour) => Math.max(logins, other[hour] ?? 0));

const mergeHistory = (one: SubjectHistory, other: SubjectHistory): SubjectHistory => ({
  logins: Math.max(one.logins, other.logins),
  lastLoginAt: later(one.lastLoginAt, other.lastLoginAt),
  device: mergeDevice(one.device, other.device),
  knownDevices: Math.max(one.knownDevices, other.knownDevices),
  countrySeen: one.countrySeen || other.countrySeen,
  knownCountries: Math.max(one.knownCountries, other.knownCountries),
  asnSeen: one.asnSeen || other.asnSeen,
  knownAsns: Math.max(one.knownAsns, other.knownAsns),
  loginsByHour: moreHours(one.loginsByHour, other.loginsByHour),
  places: mergePlaces([...one.places, ...other.places]),
});

const mergeTraits = (one: TraitCounts, other: TraitCounts): TraitCounts => ({
  address: later(one.address, other.address),
  asn: later(one.asn, other.asn),
  country: later(one.country, other.country),
  userAgent: later(one.userAgent, other.userAgent),
  browser: later(one.browser, other.browser),
  os: later(one.os, other.os),
  deviceType: later(one.deviceType, other.deviceType),
  rtt: later(one.rtt, other.rtt),
  hour: later(one.hour, other.hour),
});

const mergeSource = (
  one: SourceVelocity | null,
  other: SourceVelocity | null,
): SourceVelocity | null => {
  if (one === null || other === null) return one ?? other;
  return {
    failures: moreOf(one.failures, other.failures),
    failedSubjects: moreOf(one.failedSubjects, other.failedSubjects),
    blockSubjects: {
      tuned: Math.max(one.blockSubjects.tuned, other.blockSubjects.tuned),
      last10m: Math.max(one.blockSubjects.last10m, other.blockSubjects.last10m),
    },
    networkSubjects: {
      tuned: Math.max(one.networkSubjects.tuned, other.networkSubjects.tuned),
      last1h: Math.max(one.networkSubjects.last1h, other.networkSubjects.last1h),
    },
    provenSubjects: Math.max(one.provenSubjects, other.provenSubjects),
    subjectProven: one.subjectProven || other.subjectProven,
  };
};

/**
 * Refused when either refuses. Only where one state alone knows the device does that one decide for the
 * subject's own limits: in the other the owner counts among strangers, who might have used them up.
 */
const mergeLimits = (current: SubjectState, previous: SubjectState): readonly LimitUsage[] => {
  const [currentKnows, previousKnows] = [current, previous].map(
    ({ history }) => history.device !== null,
  );
  return current.limits.map((usage, n) => {
    const other = previous.limits[n] ?? usage;
    if (usage.per === 'subject' && currentKnows !== previousKnows) {
      return currentKnows === true ? usage : other;
    }
    return {
      ...usage,
      count: Math.max(usage.count, other.count),
      exceeded: usage.exceeded || other.exceeded,
    };
  });
};

export const mergeStates = (current: SubjectState, previous: SubjectState): SubjectState => ({
  history: mergeHistory(current.history, previous.history),
  ownTraits: mergeTraits(current.ownTraits, previous.ownTraits),
  subjectFailures: moreOf(current.subjectFailures, previous.subjectFailures),
  subjectSources: moreOf(current.subjectSources, previous.subjectSources),
  source: mergeSource(current.source, previous.source),
  push: mergePush(current.push, previous.push),
  limits: mergeLimits(current, previous),
  lock: stricterLock(current.lock, previous.lock),
  credentialBreachedAt: later(current.credentialBreachedAt, previous.credentialBreachedAt),
  accountRiskAt: later(current.accountRiskAt, previous.accountRiskAt),
});

const distinct = <T>(one: readonly T[], other: readonly T[]): T[] => [
  ...new Set([...one, ...other]),
];

/** Both hold data of the person: what stands in both places is shown from both. */
export const mergeExports = (
  current: SubjectExport | null,
  previous: SubjectExport | null,
): SubjectExport | null => {
  if (current === null || previous === null) return current ?? previous;
  return {
    view: mergeViews(current.view, previous.view) ?? current.view,
    places: [...current.places, ...previous.places],
    traits: [...current.traits, ...previous.traits],
    decisions: [...current.decisions, ...previous.decisions],
    limits: current.limits.map(({ name, count }, n) => ({
      name,
      count: Math.max(count, previous.limits[n]?.count ?? 0),
    })),
  };
};

/** A device that both know stands there twice: its two pseudonyms cannot be told to be one. */
export const mergeViews = (
  current: SubjectView | null,
  previous: SubjectView | null,
): SubjectView | null => {
  if (current === null || previous === null) return current ?? previous;
  const push = mergePush(current.push, previous.push);
  return {
    logins: Math.max(current.logins, previous.logins),
    lastLoginAt: later(current.lastLoginAt, previous.lastLoginAt),
    devices: [...current.devices, ...previous.devices],
    countries: distinct(current.countries, previous.countries).toSorted(),
    asns: distinct(current.asns, previous.asns).toSorted((a, b) => a - b),
    loginsByHour: moreHours(current.loginsByHour, previous.loginsByHour),
    failures24h: Math.max(current.failures24h, previous.failures24h),
    pushPrompts24h: { ...push.last24h },
    lock: stricterLock(current.lock, previous.lock),
    credentialBreachedAt: later(current.credentialBreachedAt, previous.credentialBreachedAt),
    accountRiskAt: later(current.accountRiskAt, previous.accountRiskAt),
    push,
    alert: previous.alert ?? current.alert,
  };
};
