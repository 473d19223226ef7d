import type { Instant } from './attempt.js';
import type { Evidence, LearnedPlace, Place, ReputationCategory } from './evidence.js';
import { valueOf } from './signal.js';

const earthRadiusKm = 6371;
/** Whatever a policy says: no time at all must not be divided by. */
const leastElapsedMs = 1000;
/** What two machines' clocks may well differ by, where no policy says otherwise. */
const usualClockSkewMs = 60_000;
/** Radius beyond which a point says little about where somebody is. */
const trustedPrecisionKm = 200;
/**
 * Networks whose place is that of their way out. They are compared, never learnt: the next honest
 * login would look like a journey from the exit. A data centre is not one of them: it may be a thief's
 * or a company's way out, but it stands where it stands, and a theft that follows must be seen.
 */
const exits: readonly ReputationCategory[] = ['tor', 'vpn', 'relay', 'mobile', 'satellite'];

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
  readonly precisionKm: number;
}

/** NaN, infinities, degrees that no globe has, negative radii: nothing is measured from such a point. */
export const isOnGlobe = ({ latitude, longitude, precisionKm }: Point): boolean =>
  Math.abs(latitude) <= 90 &&
  Math.abs(longitude) <= 180 &&
  precisionKm >= 0 &&
  Number.isFinite(precisionKm);

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance (haversine), in km. */
export const distanceKm = (
  from: Omit<Point, 'precisionKm'>,
  to: Omit<Point, 'precisionKm'>,
): number => {
  const halfLatitude = radians(to.latitude - from.latitude) / 2;
  const halfLongitude = radians(to.longitude - from.longitude) / 2;
  const h =
    Math.sin(halfLatitude) ** 2 +
    Math.cos(radians(from.latitude)) *
      Math.cos(radians(to.latitude)) *
      Math.sin(halfLongitude) ** 2;
  // Rounding may push h past 1 at the antipodes.
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)));
};

/** The least distance that two imprecise points can have: both radii taken off. */
export const leastDistanceKm = (from: Point, to: Point): number =>
  Math.max(0, distanceKm(from, to) - from.precisionKm - to.precisionKm);

export interface Travel {
  readonly distanceKm: number;
  readonly elapsedMs: number;
  readonly speedKmh: number;
}

const placesOf = (evidence: Evidence): readonly LearnedPlace[] =>
  (valueOf(evidence.history)?.places ?? []).filter(
    (place) => isOnGlobe(place) && Number.isFinite(place.at),
  );

const pointOf = (evidence: Evidence): Point | null => {
  const point = valueOf(evidence.geo)?.point ?? null;
  return point !== null && isOnGlobe(point) ? point : null;
};

/**
 * Travel from the latest trusted place to the attempt; null when there is nothing to compare: no
 * earlier place, the same source address, a location that is no more than a country, or one that lies
 * nowhere. Less time than `clockSkewMs` is never assumed; a place that lies in the future was left
 * just now, so that a clock gone wrong hides no theft.
 */
export const travelSince = (
  evidence: Evidence,
  now: Instant,
  clockSkewMs = usualClockSkewMs,
): Travel | null => {
  const [last] = placesOf(evidence);
  const point = pointOf(evidence);
  if (last === undefined || point === null || last.sameSource) return null;
  const distance = leastDistanceKm(last, point);
  const elapsedMs = Math.max(leastElapsedMs, clockSkewMs, now - last.at);
  return { distanceKm: distance, elapsedMs, speedKmh: distance / (elapsedMs / 3_600_000) };
};

/**
 * Whether the attempt comes from another place that the subject still uses: home and a company's way
 * out are used in turn, minutes apart, and nobody travels.
 */
export const isAtOtherPlace = (
  evidence: Evidence,
  now: Instant,
  near: { readonly withinMs: number; readonly distanceKm: number },
): boolean => {
  const point = pointOf(evidence);
  if (point === null) return false;
  const [, ...others] = placesOf(evidence);
  return others.some(
    (place) =>
      now - place.at <= near.withinMs &&
      (place.sameSource || leastDistanceKm(place, point) < near.distanceKm),
  );
};

/**
 * The lists by which the attempt's location is its exit's and not its user's; empty when it stands.
 * Tor is no excuse: honest logins seldom use it. A carrier lets its traffic out far from the phone, but
 * at home (roaming included), so it explains no country that the subject was never in.
 */
export const exitsOf = (evidence: Evidence): readonly ReputationCategory[] => {
  const listed = valueOf(evidence.reputation) ?? [];
  if (listed.includes('tor')) return [];
  const countrySeen = valueOf(evidence.history)?.countrySeen ?? false;
  return listed.filter(
    (category) => exits.includes(category) && (category !== 'mobile' || countrySeen),
  );
};

/** Whether a proven login's place may become the baseline of later travel. */
export const isTrustedPlace = (
  place: Place | null,
  categories: readonly ReputationCategory[],
): boolean =>
  place !== null &&
  place.point !== null &&
  isOnGlobe(place.point) &&
  place.point.precisionKm <= trustedPrecisionKm &&
  !categories.some((category) => exits.includes(category));
