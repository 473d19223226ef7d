import { absent, observed, unavailable } from '@stepgate/engine';
import type { Network, Signal } from '@stepgate/engine';
import { openMmdb } from '../mmdb.js';
import type { NetworkSource } from './network-source.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const readAsnRecord = (record: unknown): Signal<Network> => {
  if (!isObject(record)) return absent;
  const asn = record['autonomous_system_number'];
  const org = record['autonomous_system_organization'];
  if (typeof asn === 'number' && asn > 0) {
    return observed({ asn, org: typeof org === 'string' ? org : '' });
  }
  // An ISP file may know the provider and not the number; a City file is the wrong file.
  return 'isp' in record || 'organization' in record
    ? absent
    : unavailable('the file holds no ASN records');
};

/** ASN from an MMDB file: GeoLite2 ASN, GeoIP2 ISP or ip-location-db's. Fails as createMmdbGeo does. */
export const createMmdbNetworks = async (
  path: string,
  ipv6Path?: string,
): Promise<NetworkSource> => {
  const database = await openMmdb(path, ipv6Path);
  return {
    lookUp: (address) => database.lookUp(address, readAsnRecord),
    status: () => ({ source: 'asn', dataDate: database.dataDate, problem: database.problem }),
  };
};
