import { travelSince } from '../travel.js';
import type { Detector } from './detector.js';

export const travelImpossible: Detector<
  'travel_impossible',
  { points: number; maxSpeedKmh: number; minDistanceKm: number; maxElapsedMs: number }
> = {
  reason: 'travel_impossible',
  // 900 km/h is an airliner; after a day, anybody may be anywhere.
  defaults: { points: 40, maxSpeedKmh: 900, minDistanceKm: 100, maxElapsedMs: 24 * 3_600_000 },
  detect: (evidence, settings, now) => {
    const travel = travelSince(evidence, now);
    if (travel === null) return null;
    if (travel.elapsedMs > settings.maxElapsedMs) return null;
    if (travel.distanceKm < settings.minDistanceKm || travel.speedKmh <= settings.maxSpeedKmh) {
      return null;
    }
    return {
      reason: 'travel_impossible',
      points: settings.points,
      detail: {
        distance_km: Math.round(travel.distanceKm),
        elapsed_minutes: Math.round(travel.elapsedMs / 60_000),
        speed_kmh: Math.round(travel.speedKmh),
      },
    };
  },
};
