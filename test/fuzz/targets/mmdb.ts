import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMmdbGeo, createMmdbNetworks } from '@stepgate/ip-intel';
import { parseAddress } from '../../../packages/ip-intel/src/address.js';
import { sharedFiles } from '../corpus.js';
import { promise, type FuzzTarget } from '../target.js';

const file = join(mkdtempSync(join(tmpdir(), 'stepgate-fuzz-')), 'x.mmdb');
const probes = ['1.1.1.1', '81.2.69.142', '2001:218::1', '255.255.255.255', '::1'].flatMap(
  (text) => parseAddress(text) ?? [],
);
const states = ['observed', 'absent', 'unavailable'];

/** A database file of anybody's: a damaged one makes its signal unavailable, and nothing else. */
export const mmdb: FuzzTarget = {
  name: 'mmdb',
  words: [
    '\xab\xcd\xefMaxMind.com',
    'node_count',
    'record_size',
    'ip_version',
    'country',
    'iso_code',
  ],
  starts: () =>
    ['mmdb', 'mmdb/bad-data'].flatMap((folder) =>
      sharedFiles(folder, 120_000).filter((bytes) => bytes.includes('MaxMind.com')),
    ),
  check: async (input) => {
    writeFileSync(file, input);
    const geo = await createMmdbGeo(file);
    const networks = await createMmdbNetworks(file);
    for (const probe of probes) {
      const place = geo.lookUp(probe);
      promise(states.includes(place.state), 'a place has no state');
      if (place.state === 'observed' && place.value.point !== null) {
        const { latitude, longitude, precisionKm } = place.value.point;
        promise(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, 'a place is off the earth');
        promise(Number.isFinite(precisionKm) && precisionKm >= 0, 'a precision is none');
      }
      promise(states.includes(networks.lookUp(probe).state), 'a network has no state');
    }
  },
};
