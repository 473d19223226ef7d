import type { Place } from '@stepgate/engine';

/** MaxMind's radius for "somewhere in this country". */
const countryRadiusKm = 1000;

export interface LocatedRecord {
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  readonly radiusKm: number | undefined;
  readonly city: string | null;
  readonly region: string | null;
}

/** Coordinates that were never filled in, or that a damaged file yields: no land for 500 km around. */
const isNullIsland = (latitude: number, longitude: number): boolean =>
  Math.abs(latitude) < 1e-6 && Math.abs(longitude) < 1e-6;

/**
 * The point of a record; null when the record places the address no better than in a country: the
 * centre of a country is not a place, and speeds computed from it are noise. A record with neither
 * city nor region is such a one whatever radius it claims: all of Kenya is "1 N 38 E, 50 km".
 */
export const pointOf = (record: LocatedRecord): Place['point'] => {
  const { latitude, longitude, radiusKm, city, region } = record;
  if (latitude === undefined || longitude === undefined || radiusKm === undefined) return null;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  // A radius of 0 is how a missing one is stored, not a claim of exactness.
  if (!(radiusKm > 0)) return null;
  if (isNullIsland(latitude, longitude)) return null;
  if (city === null && (region === null || radiusKm >= countryRadiusKm)) return null;
  return { latitude, longitude, precisionKm: radiusKm };
};

/** ISO 3166-1 alpha-2, as it stands in the data; anything else is a damaged record. */
export const isCountryCode = (text: string): boolean => /^[A-Z]{2}$/.test(text);
