import type { Instant } from './attempt.js';
import type { Evidence, Place, ReputationCategory } from './evidence.js';
import { valueOf } from './signal.js';

const earthRadiusKm = 6371;
/** Two logins in one instant, or a clock that stepped back, must not divide by zero or hide a theft. */
const leastElapsedMs = 1000;
/** Radius beyond which a point says little about where somebody is. */
const trustedPrecisionKm = 200;
/**
 * Networks that hide where somebody is. A data centre is not one of them: it may be a thief's or a
 * company's way out, but it stands where it stands, and a theft that follows must be seen.
 */
const anonymising: readonly ReputationCategory[] = ['tor', 'vpn', 'relay'];

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
  readonly precisionKm: number;
}

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

/**
 * Travel from the last trusted place to the attempt; null when there is nothing to compare: no
 * earlier place, the same source address, or a location that is no more than a country.
 */
export const travelSince = (evidence: Evidence, now: Instant): Travel | null => {
  const last = valueOf(evidence.history)?.lastPlace ?? null;
  const point = valueOf(evidence.geo)?.point ?? null;
  if (last === null || point === null || last.sameSource) return null;
  const distance = leastDistanceKm(last, point);
  const elapsedMs = Math.max(leastElapsedMs, now - last.at);
  return { distanceKm: distance, elapsedMs, speedKmh: distance / (elapsedMs / 3_600_000) };
};

/**
 * Whether a proven login's place may become the baseline of later travel. Anonymised and coarse
 * locations may not: the next honest login would look like a journey from the exit.
 */
export const isTrustedPlace = (
  place: Place | null,
  categories: readonly ReputationCategory[],
): boolean =>
  place !== null &&
  place.point !== null &&
  place.point.precisionKm <= trustedPrecisionKm &&
  !categories.some((category) => anonymising.includes(category));
