import { readCityRecord } from './city-record.js';
import type { GeoSource } from './geo-source.js';
import { openMmdb } from '../mmdb.js';

/**
 * Geolocation from an MMDB file: GeoLite2 or GeoIP2 City or Country, or a flat ip-location-db file.
 * Resolves whatever the file is like; one that cannot be read makes every answer `unavailable`, and
 * `status()` says why.
 */
export const createMmdbGeo = async (path: string, ipv6Path?: string): Promise<GeoSource> => {
  const database = await openMmdb(path, ipv6Path);
  return {
    lookUp: (address) => database.lookUp(address, readCityRecord),
    status: () => ({ source: 'geo', dataDate: database.dataDate, problem: database.problem }),
  };
};
