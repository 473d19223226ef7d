import { absent, observed, unavailable } from '@stepgate/engine';
import type { Place, Signal } from '@stepgate/engine';
import { isCountryCode, pointOf } from './place-point.js';

/**
 * Radius taken for a city whose record states none, as in the ip-location-db files. Half of the
 * addresses in such a file lie within 136 km of where another vendor puts them.
 */
const assumedRadiusKm = 200;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const fieldOf = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

/** GeoLite2, GeoIP2 City and Country: nested, names in several languages. */
const readNested = (record: unknown): Omit<Place, 'country'> => {
  const city = textOf(fieldOf(record, 'city', 'names', 'en'));
  const region = textOf(fieldOf(record, 'subdivisions', 0, 'iso_code'));
  const radius = numberOf(fieldOf(record, 'location', 'accuracy_radius'));
  return {
    region,
    city,
    timezone: textOf(fieldOf(record, 'location', 'time_zone')),
    point: pointOf({
      latitude: numberOf(fieldOf(record, 'location', 'latitude')),
      longitude: numberOf(fieldOf(record, 'location', 'longitude')),
      radiusKm: radius ?? (city === null ? undefined : assumedRadiusKm),
      city,
      region,
    }),
  };
};

/** ip-location-db: flat, one language, no radius. */
const readFlat = (record: unknown): Omit<Place, 'country'> => {
  const city = textOf(fieldOf(record, 'city'));
  const region = textOf(fieldOf(record, 'state1'));
  return {
    region,
    city,
    timezone: textOf(fieldOf(record, 'timezone')),
    point: pointOf({
      latitude: numberOf(fieldOf(record, 'latitude')),
      longitude: numberOf(fieldOf(record, 'longitude')),
      radiusKm: city === null ? undefined : assumedRadiusKm,
      city,
      region,
    }),
  };
};

const geoKeys = [
  'country_code',
  'continent',
  'registered_country',
  'represented_country',
  'location',
];

/** A record of either form as a place. Without a country it says nothing: `absent`. */
export const readCityRecord = (record: unknown): Signal<Place> => {
  if (record === null || record === undefined) return absent;
  const flat = textOf(fieldOf(record, 'country_code'));
  const country = flat ?? textOf(fieldOf(record, 'country', 'iso_code'));
  if (country === null) {
    // A file of another kind, ASN or anonymisers, must not pass for one that knows no places.
    const isGeo = isObject(record) && geoKeys.some((key) => key in record);
    return isGeo ? absent : unavailable('the file holds no geo records');
  }
  if (!isCountryCode(country)) return unavailable('geo record holds no valid country');
  return observed({ country, ...(flat === null ? readNested(record) : readFlat(record)) });
};
