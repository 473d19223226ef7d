import { symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { absent, observed } from '@stepgate/engine';
import { parseAddress } from '../src/address.js';
import type { Address } from '../src/address.js';
import { createGeoipLite } from '../src/index.js';
import { makeDirectory, removeDirectories } from './list-directories.js';

const packageData = join(
  dirname(createRequire(import.meta.url).resolve('geoip-lite/package.json')),
  'data',
);
const dataFiles = ['geoip-city.dat', 'geoip-city6.dat', 'geoip-city-names.dat'];

const addressOf = (text: string): Address => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`not an address: ${text}`);
  return address;
};

const withDataDirectory = (directory: string): ReturnType<typeof createGeoipLite> => {
  const before = process.env['GEODATADIR'];
  process.env['GEODATADIR'] = directory;
  try {
    return createGeoipLite();
  } finally {
    if (before === undefined) delete process.env['GEODATADIR'];
    else process.env['GEODATADIR'] = before;
  }
};

/** The package's own data, one file replaced. */
const damagedCopy = (name: string, content: Buffer): string => {
  const directory = makeDirectory({ [name]: content });
  for (const file of dataFiles.filter((other) => other !== name)) {
    symlinkSync(join(packageData, file), join(directory, file));
  }
  return directory;
};

afterAll(removeDirectories);

// Before the good data: the package keeps what it has loaded for as long as the process lives.
describe('geoip-lite with data that cannot be used', () => {
  const records = (keys: readonly number[]): Buffer =>
    Buffer.concat(
      keys.map((key) => {
        const record = Buffer.alloc(24);
        record.writeUInt32BE(key, 0);
        return record;
      }),
    );

  it.each<[string, () => string, RegExp]>([
    ['no directory', () => join(makeDirectory(), 'nowhere'), /ENOENT/],
    ['an empty directory', () => makeDirectory(), /ENOENT/],
    [
      'an empty file',
      () => damagedCopy('geoip-city.dat', Buffer.alloc(0)),
      /geoip-city\.dat is damaged/,
    ],
    // Searching this one would never end.
    [
      'a file cut in a record',
      () => damagedCopy('geoip-city.dat', Buffer.alloc(2410)),
      /not whole records/,
    ],
    [
      'IPv6 data cut in a record',
      () => damagedCopy('geoip-city6.dat', Buffer.alloc(100)),
      /not whole records/,
    ],
    [
      'names cut in a record',
      () => damagedCopy('geoip-city-names.dat', Buffer.alloc(100)),
      /not whole records/,
    ],
    [
      'records in disorder',
      () => damagedCopy('geoip-city.dat', records([5, 3, 9, 1])),
      /not in order/,
    ],
  ])('is unavailable with its cause: %s', (_what, makeData, cause) => {
    const geo = withDataDirectory(makeData());
    const answer = geo.lookUp(addressOf('81.2.69.142'));
    expect(answer).toMatchObject({
      state: 'unavailable',
      cause: expect.stringMatching(cause) as unknown,
    });
    expect(geo.status()).toMatchObject({
      source: 'geo',
      dataDate: null,
      problem: expect.stringMatching(cause) as unknown,
    });
  });
});

describe('geoip-lite', () => {
  let geo: ReturnType<typeof createGeoipLite>;
  beforeAll(() => {
    geo = createGeoipLite();
  }, 30_000);

  it('says when its data were made', () => {
    expect(geo.status()).toEqual({
      source: 'geo',
      dataDate: new Date('2023-11-15'),
      problem: null,
    });
  });

  it('gives the area of a city as the precision of its point', () => {
    const place = observed({
      country: 'DE',
      region: 'BB',
      city: 'Brandenburg',
      timezone: 'Europe/Berlin',
      point: { latitude: 52.6171, longitude: 13.1207, precisionKm: 20 },
    });
    expect(geo.lookUp(addressOf('185.220.101.1'))).toEqual(place);
    expect(geo.lookUp(addressOf('::ffff:185.220.101.1'))).toEqual(place);
  });

  it('places IPv6 addresses too', () => {
    expect(geo.lookUp(addressOf('2001:67c:2e8::1'))).toMatchObject({
      state: 'observed',
      value: { country: 'NL', city: 'Amsterdam', point: { precisionKm: 20 } },
    });
  });

  it('takes the centre of a country for no place', () => {
    expect(geo.lookUp(addressOf('8.8.8.8'))).toMatchObject({
      value: { country: 'US', point: null },
    });
  });

  it('is absent for an address whose record names no country', () => {
    expect(geo.lookUp(addressOf('1.1.1.1'))).toEqual(absent);
  });

  it.each([['0.0.0.0'], ['255.255.255.255'], ['10.0.0.1'], ['::'], ['ffff::'], ['2001:db8::1']])(
    'is absent for %s',
    (text) => {
      expect(geo.lookUp(addressOf(text))).toEqual(absent);
    },
  );

  it('never gives a point without a radius, over addresses from all of the space', () => {
    for (let index = 0; index < 50_000; index += 1) {
      const word = Math.imul(index, 2_654_435_761) >>> 0;
      const signal = geo.lookUp({ family: 4, words: [word], text: '' });
      if (signal.state !== 'observed') continue;
      expect(signal.value.country).toMatch(/^[A-Z]{2}$/);
      if (signal.value.point !== null) expect(signal.value.point.precisionKm).toBeGreaterThan(0);
    }
  });
});
