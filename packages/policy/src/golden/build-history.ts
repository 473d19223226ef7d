import type { Instant, SubjectHistory } from '@stepgate/engine';
import type { Given } from './given-schema.js';

const dayMs = 86_400_000;

/** The clean baseline: RFC 5737 and RFC 5398 documentation numbers, a point in Amsterdam. */
export const usual = {
  address: '203.0.113.7',
  asn: 64500,
  country: 'NL',
  city: 'Amsterdam',
  point: { latitude: 52.37, longitude: 4.9 },
  precisionKm: 20,
  logins: 40,
  hours: [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
} as const;

const hoursADay = 24;

const nothingKnown: SubjectHistory = {
  logins: 0,
  lastLoginAt: null,
  device: null,
  knownDevices: 0,
  countrySeen: false,
  knownCountries: 0,
  asnSeen: false,
  knownAsns: 0,
  loginsByHour: Array.from({ length: hoursADay }, () => 0),
  places: [],
};

/** Logins spread evenly over the usual hours. */
const byHour = (logins: number, hours: readonly number[]): readonly number[] =>
  Array.from({ length: hoursADay }, (_, hour) =>
    hours.includes(hour) ? Math.ceil(logins / hours.length) : 0,
  );

const deviceOf = ({ device = {} }: Given, now: Instant): SubjectHistory['device'] => {
  const { token = 'none' } = device;
  const named = device.sent !== false && (token === 'none' || token === 'valid');
  if (!named || device.known === false) return null;
  return {
    firstSeenAt: now - (device.age ?? 90 * dayMs),
    lastSeenAt: now - dayMs,
    trusted: device.trusted ?? false,
    sameFingerprint: device.changed !== true,
  };
};

type Earlier = Exclude<NonNullable<Given['history']>, 'none'>;

/** As the store does: latest first. */
const placesOf = (given: Given, earlier: Earlier, now: Instant): SubjectHistory['places'] =>
  [earlier.last_place ?? {}, ...(earlier.other_places ?? [])]
    .map((place) => ({
      latitude: place.latitude ?? usual.point.latitude,
      longitude: place.longitude ?? usual.point.longitude,
      precisionKm: place.precision_km ?? usual.precisionKm,
      at: now - (place.ago ?? dayMs),
      sameSource: (given.address ?? usual.address) === (place.address ?? usual.address),
    }))
    .sort((one, other) => other.at - one.at);

/** What is known of the subject: by default forty logins from one place on a device known for 90 days. */
export const buildHistory = (given: Given, now: Instant): SubjectHistory => {
  if (given.history === 'none') return nothingKnown;
  const earlier = given.history ?? {};
  const countries = earlier.countries ?? [usual.country];
  const networks = earlier.networks ?? [usual.asn];
  const logins = earlier.logins ?? usual.logins;
  return {
    logins,
    lastLoginAt: now - (earlier.last_login ?? dayMs),
    device: deviceOf(given, now),
    knownDevices: earlier.devices ?? 1,
    countrySeen: countries.includes(given.place?.country ?? usual.country),
    knownCountries: countries.length,
    asnSeen: networks.includes(given.network?.asn ?? usual.asn),
    knownAsns: networks.length,
    loginsByHour: byHour(logins, earlier.hours ?? usual.hours),
    places: placesOf(given, earlier, now),
  };
};
