import type { LearnedLogin } from '@stepgate/assessment';
import type { Instant, SubjectHistory, TraitCounts } from '@stepgate/engine';
import { countTraits, fieldsOf } from './names.js';
import { keptPlace, placesSeenFrom, rememberPlace, type KeptPlace } from './places.js';
import { getOrMake, hourMs } from './timed-set.js';

/** Kinds of fields and how many of each are kept (scripts/includes/profile.lua). */
const caps: Readonly<Record<string, number>> = {
  d: 16,
  c: 16,
  a: 32,
  i: 32,
  u: 16,
  b: 16,
  o: 8,
  t: 5,
  l: 16,
};

interface Sighting {
  first: Instant;
  last: Instant;
  logins: number;
}

interface DeviceSighting extends Sighting {
  trusted: boolean;
  fingerprint: string | null;
}

/** What proven logins have taught of one subject. */
export interface Profile {
  logins: number;
  last: Instant | null;
  readonly hours: number[];
  readonly devices: Map<string, DeviceSighting>;
  /** By kind, then by field. */
  readonly traits: Map<string, Map<string, Sighting>>;
  readonly places: KeptPlace[];
}

export const createProfile = (): Profile => ({
  logins: 0,
  last: null,
  hours: Array<number>(24).fill(0),
  devices: new Map(),
  traits: new Map(),
  places: [],
});

const makeRoom = (seen: Map<string, Sighting>, kind: string): void => {
  if (seen.size < (caps[kind] ?? 0)) return;
  let [oldest, oldestAt] = ['', Infinity];
  for (const [name, { last }] of seen) {
    if (last < oldestAt) [oldest, oldestAt] = [name, last];
  }
  seen.delete(oldest);
};

const rememberDevice = (profile: Profile, lesson: LearnedLogin, at: Instant): void => {
  if (lesson.device === null) return;
  const { fingerprint, phishingResistant } = lesson;
  const known = profile.devices.get(lesson.device);
  if (known === undefined) {
    makeRoom(profile.devices, 'd');
    const seen = { first: at, last: at, logins: 1, trusted: phishingResistant, fingerprint };
    profile.devices.set(lesson.device, seen);
    return;
  }
  if (at >= known.last && fingerprint !== null) known.fingerprint = fingerprint;
  known.first = Math.min(at, known.first);
  known.last = Math.max(at, known.last);
  known.logins += 1;
  known.trusted ||= phishingResistant;
};

/** Traits know the hour only. */
const hourOf = (at: Instant): Instant => Math.floor(at / hourMs) * hourMs;

const rememberTraits = (profile: Profile, traits: string, at: Instant): void => {
  const hour = hourOf(at);
  for (const field of fieldsOf(traits)) {
    const kind = field.slice(0, 1);
    const seen = getOrMake(profile.traits, kind, () => new Map<string, Sighting>());
    const known = seen.get(field);
    if (known === undefined) {
      makeRoom(seen, kind);
      seen.set(field, { first: hour, last: hour, logins: 1 });
    } else {
      known.first = Math.min(hour, known.first);
      known.last = Math.max(hour, known.last);
      known.logins += 1;
    }
  }
};

const mostInAnHour = 1_295;

const countHour = (hours: number[], at: Instant): void => {
  const hour = new Date(at).getUTCHours();
  hours[hour] = (hours[hour] ?? 0) + 1;
  if (hours[hour] <= mostInAnHour) return;
  for (const [index, count] of hours.entries()) hours[index] = Math.floor(count / 2);
};

/** @returns whether it is the subject's first. */
export const learnLogin = (profile: Profile, lesson: LearnedLogin, at: Instant): boolean => {
  rememberDevice(profile, lesson, at);
  rememberTraits(profile, lesson.traits, at);
  if (lesson.place !== null) {
    rememberPlace(profile.places, keptPlace(lesson.place, at, lesson.source));
  }
  profile.last = Math.max(at, profile.last ?? at);
  countHour(profile.hours, at);
  profile.logins += 1;
  return profile.logins === 1;
};

export interface AttemptInHand {
  readonly traits: string;
  readonly source: string | null;
  readonly device: string | null;
  readonly fingerprint: string | null;
  readonly at: Instant;
}

const deviceSeen = (
  profile: Profile,
  { device, fingerprint }: AttemptInHand,
): SubjectHistory['device'] => {
  const known = device === null ? undefined : profile.devices.get(device);
  if (known === undefined) return null;
  const { first, last, trusted, fingerprint: learnt } = known;
  return {
    firstSeenAt: first,
    lastSeenAt: last,
    trusted,
    sameFingerprint: fingerprint === null || learnt === null ? null : learnt === fingerprint,
  };
};

export const readProfile = (
  profile: Profile,
  attempt: AttemptInHand,
): { readonly history: SubjectHistory; readonly ownTraits: TraitCounts } => {
  const loginsOf = (field: string): number =>
    profile.traits.get(field.slice(0, 1))?.get(field)?.logins ?? 0;
  const hour = profile.hours[new Date(attempt.at).getUTCHours()] ?? 0;
  const ownTraits = countTraits(attempt.traits, loginsOf, hour);
  return {
    ownTraits,
    history: {
      logins: profile.logins,
      lastLoginAt: profile.last,
      device: deviceSeen(profile, attempt),
      knownDevices: profile.devices.size,
      countrySeen: (ownTraits.country ?? 0) > 0,
      knownCountries: profile.traits.get('c')?.size ?? 0,
      asnSeen: (ownTraits.asn ?? 0) > 0,
      knownAsns: profile.traits.get('a')?.size ?? 0,
      loginsByHour: [...profile.hours],
      places: placesSeenFrom(profile.places, attempt.source),
    },
  };
};
