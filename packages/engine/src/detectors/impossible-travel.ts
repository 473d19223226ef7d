import type { Instant } from '../attempt.js';
import type { Evidence } from '../evidence.js';
import { isAtOtherPlace, travelSince, type Travel } from '../travel.js';

/** `type`, not `interface`: a detector's settings are an open record to the policy's schema. */
export type TravelSettings = Readonly<{
  points: number;
  maxSpeedKmh: number;
  minDistanceKm: number;
  maxElapsedMs: number;
  placesWithinMs: number;
  clockSkewMs: number;
}>;

const hourMs = 3_600_000;

export const travelDefaults = {
  // An airliner's speed.
  maxSpeedKmh: 900,
  // Two databases, or one before and after an update, put one address in two towns.
  minDistanceKm: 100,
  // After a day, anybody may be anywhere.
  maxElapsedMs: 24 * hourMs,
  // Longer than a week's holiday away from the office's way out.
  placesWithinMs: 14 * 24 * hourMs,
  clockSkewMs: 60_000,
};

/** The journey that nobody could have made; null when somebody could, or when nothing can be compared. */
export const impossibleTravel = (
  evidence: Evidence,
  settings: TravelSettings,
  now: Instant,
): Travel | null => {
  const travel = travelSince(evidence, now, settings.clockSkewMs);
  if (travel === null || travel.elapsedMs > settings.maxElapsedMs) return null;
  if (travel.distanceKm < settings.minDistanceKm) return null;
  if (travel.speedKmh <= settings.maxSpeedKmh) return null;
  const near = { withinMs: settings.placesWithinMs, distanceKm: settings.minDistanceKm };
  return isAtOtherPlace(evidence, now, near) ? null : travel;
};

export const travelDetail = (travel: Travel) => ({
  distance_km: Math.round(travel.distanceKm),
  elapsed_minutes: Math.round(travel.elapsedMs / 60_000),
  speed_kmh: Math.round(travel.speedKmh),
});
