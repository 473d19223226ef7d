import { symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createGeoipLite } from '../src/index.js';
import { parseAddress } from '../src/address.js';
import { makeDirectory, removeDirectories } from './list-directories.js';

// In a file of its own: the package reads its data once for a process.
describe('GEODATADIR', () => {
  const before = process.env['GEODATADIR'];
  afterAll(() => {
    if (before === undefined) delete process.env['GEODATADIR'];
    else process.env['GEODATADIR'] = before;
    removeDirectories();
  });

  it('names the directory that geoip-lite reads, and the date of what is in it', () => {
    const own = createRequire(import.meta.url).resolve('geoip-lite/package.json');
    const directory = makeDirectory({ 'city.checksum': 'abc  GeoLite2-City-CSV_20260102.zip\n' });
    for (const name of ['geoip-city.dat', 'geoip-city6.dat', 'geoip-city-names.dat']) {
      symlinkSync(join(dirname(own), 'data', name), join(directory, name));
    }
    process.env['GEODATADIR'] = directory;
    const geo = createGeoipLite();
    expect(geo.status()).toEqual({
      source: 'geo',
      dataDate: new Date('2026-01-02'),
      problem: null,
    });
    const address = parseAddress('185.220.101.1');
    expect(address && geo.lookUp(address)).toMatchObject({ value: { country: 'DE' } });
  }, 30_000);
});
