import { createRequire } from 'node:module';
import type * as GeoipLite from 'geoip-lite';
import { absent, observed, unavailable } from '@stepgate/engine';
import type { Place, Signal } from '@stepgate/engine';
import type { Address } from '../address.js';
import { causeOf } from '../intel-status.js';
import { checkGeoipData, readGeoipDataDate } from './geoip-data.js';
import type { GeoSource } from './geo-source.js';
import { isCountryCode, pointOf } from './place-point.js';

const require = createRequire(import.meta.url);

const textOrNull = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text;

const readLookup = (found: GeoipLite.Lookup | null): Signal<Place> => {
  // 1.1.1.1 and other anycast addresses are in the data, without a country.
  if (found === null || found.country === '') return absent;
  if (!isCountryCode(found.country)) return unavailable('geo record holds no valid country');
  const city = textOrNull(found.city);
  const region = textOrNull(found.region);
  const [latitude, longitude] = found.ll;
  return observed({
    country: found.country,
    region,
    city,
    timezone: textOrNull(found.timezone),
    point: pointOf({ latitude, longitude, radiusKm: found.area, city, region }),
  });
};

const lookUpIn = (geoip: typeof GeoipLite, { family, words, text }: Address): Signal<Place> => {
  try {
    return readLookup(geoip.lookup(family === 4 ? (words[0] ?? 0) : text));
  } catch (error) {
    return unavailable(`geoip-lite: ${causeOf(error)}`);
  }
};

/**
 * Geolocation from the data in the geoip-lite package, or in the directory that GEODATADIR names.
 * Reads 150 MB here and now (half a second): once for a process, at start, never per request. When
 * the data are missing or damaged every answer is `unavailable`, and `status()` says why.
 */
export const createGeoipLite = (): GeoSource => {
  try {
    const directory = checkGeoipData(require.resolve('geoip-lite'));
    // The package reads its files while it is being loaded, and throws where they are not there.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- `require` knows no types; @types/geoip-lite has them
    const geoip: typeof GeoipLite = require('geoip-lite');
    const dataDate = readGeoipDataDate(directory);
    return {
      lookUp: (address) => lookUpIn(geoip, address),
      status: () => ({ source: 'geo', dataDate, problem: null }),
    };
  } catch (error) {
    const problem = `geoip-lite: ${causeOf(error)}`;
    return {
      lookUp: () => unavailable(problem),
      status: () => ({ source: 'geo', dataDate: null, problem }),
    };
  }
};
