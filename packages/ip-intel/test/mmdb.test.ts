import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { absent, observed } from '@stepgate/engine';
import type { Signal } from '@stepgate/engine';
import { parseAddress } from '../src/address.js';
import type { Address } from '../src/address.js';
import { createMmdbGeo, createMmdbNetworks } from '../src/index.js';
import { makeDirectory, removeDirectories } from './list-directories.js';
import { describeWithSharedData, sharedPath } from './shared-data.js';

const addressOf = (text: string): Address => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`not an address: ${text}`);
  return address;
};
const mmdb = (name: string): string => sharedPath(join('mmdb', name));

afterAll(removeDirectories);

describeWithSharedData('geolocation from an MMDB file', () => {
  it.each<[string, Signal<unknown>]>([
    [
      '81.2.69.142',
      observed({
        country: 'GB',
        region: 'ENG',
        city: 'London',
        timezone: 'Europe/London',
        point: { latitude: 51.5142, longitude: -0.0931, precisionKm: 10 },
      }),
    ],
    [
      '::ffff:89.160.20.112',
      observed({
        country: 'SE',
        region: 'E',
        city: 'Linköping',
        timezone: 'Europe/Stockholm',
        point: { latitude: 58.4167, longitude: 15.6167, precisionKm: 76 },
      }),
    ],
    // A country and its centre, however small the radius: no place.
    [
      '2001:218::1',
      observed({ country: 'JP', region: null, city: null, timezone: 'Asia/Tokyo', point: null }),
    ],
    [
      '67.43.156.1',
      observed({ country: 'BT', region: null, city: null, timezone: 'Asia/Thimphu', point: null }),
    ],
    ['198.18.5.5', absent],
  ])('reads the City record of %s', async (text, expected) => {
    const geo = await createMmdbGeo(mmdb('GeoLite2-City-Test.mmdb'));
    expect(geo.lookUp(addressOf(text))).toEqual(expected);
  });

  it('says when its data were made', async () => {
    const { dataDate, problem } = (await createMmdbGeo(mmdb('GeoLite2-City-Test.mmdb'))).status();
    expect(problem).toBeNull();
    expect(dataDate?.getUTCFullYear()).toBeGreaterThanOrEqual(2020);
  });

  it('knows countries from a Country file, without places', async () => {
    const geo = await createMmdbGeo(mmdb('GeoLite2-Country-Test.mmdb'));
    expect(geo.lookUp(addressOf('81.2.69.142'))).toMatchObject({
      value: { country: 'GB', point: null },
    });
  });

  it('looks IPv6 up in the second file where there are two', async () => {
    const geo = await createMmdbGeo(
      mmdb('GeoLite2-Country-Test.mmdb'),
      mmdb('GeoLite2-City-Test.mmdb'),
    );
    expect(geo.lookUp(addressOf('81.2.69.142'))).toMatchObject({ value: { point: null } });
    expect(geo.lookUp(addressOf('2001:218::1'))).toMatchObject({ value: { country: 'JP' } });
  });

  it('is unavailable when the file is of another kind, not silent', async () => {
    const geo = await createMmdbGeo(mmdb('GeoLite2-ASN-Test.mmdb'));
    expect(geo.lookUp(addressOf('1.128.0.1'))).toMatchObject({ state: 'unavailable' });
  });

  it('does not look an IPv6 address up in a file of IPv4 addresses', async () => {
    const geo = await createMmdbGeo(mmdb('MaxMind-DB-test-broken-pointers-24.mmdb'));
    expect(geo.lookUp(addressOf('2001:db9::1'))).toMatchObject({ state: 'unavailable' });
  });
});

describeWithSharedData('networks from an MMDB file', () => {
  it.each([
    ['GeoLite2-ASN-Test.mmdb', '1.128.0.1', 1221],
    ['GeoLite2-ASN-Test.mmdb', '12.81.92.1', 7018],
    ['GeoIP2-ISP-Test.mmdb', '1.128.0.1', 1221],
  ])('%s puts %s in AS%d', async (file, text, asn) => {
    const networks = await createMmdbNetworks(mmdb(file));
    expect(networks.lookUp(addressOf(text))).toMatchObject({ state: 'observed', value: { asn } });
    expect(networks.status()).toMatchObject({ source: 'asn', problem: null });
  });

  it('are absent where the file has none, and unavailable where it is of another kind', async () => {
    const networks = await createMmdbNetworks(mmdb('GeoLite2-ASN-Test.mmdb'));
    expect(networks.lookUp(addressOf('198.18.5.5'))).toEqual(absent);
    const city = await createMmdbNetworks(mmdb('GeoLite2-City-Test.mmdb'));
    expect(city.lookUp(addressOf('81.2.69.142'))).toMatchObject({ state: 'unavailable' });
  });
});

describeWithSharedData('a damaged MMDB file', () => {
  const damaged = [
    ...readdirSync(mmdb('bad-data')).map((name) => join('bad-data', name)),
    ...readdirSync(mmdb('')).filter((name) => /broken|invalid/i.test(name)),
  ].filter((name) => name.endsWith('.mmdb'));

  const probes = [
    '1.1.1.1',
    '81.2.69.142',
    '2.125.160.216',
    '2001:218::1',
    '255.255.255.255',
    '::1',
  ];

  it.each(damaged)('neither throws nor hangs nor tells a place: %s', async (name) => {
    const geo = await createMmdbGeo(mmdb(name));
    const networks = await createMmdbNetworks(mmdb(name));
    for (const text of probes) {
      const place = geo.lookUp(addressOf(text));
      if (place.state === 'observed') expect(place.value.point).toBeNull();
      expect(networks.lookUp(addressOf(text)).state).not.toBe('observed');
    }
  });

  it.each([
    ['missing', null],
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('not a database\n'.repeat(500))],
    ['compressed', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
  ])('makes every answer unavailable with its cause when it is %s', async (_what, content) => {
    const path = join(makeDirectory(content === null ? {} : { 'x.mmdb': content }), 'x.mmdb');
    const geo = await createMmdbGeo(path);
    expect(geo.status().problem).toContain(path);
    expect(geo.lookUp(addressOf('81.2.69.142'))).toMatchObject({ state: 'unavailable' });
  });

  it('is survived wherever it was cut', async () => {
    const whole = readFileSync(mmdb('GeoLite2-City-Test.mmdb'));
    const directory = makeDirectory();
    for (const share of [0.1, 0.3, 0.5, 0.9, 0.99]) {
      const path = join(directory, `${share}.mmdb`);
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)));
      const geo = await createMmdbGeo(path);
      expect(geo.lookUp(addressOf('81.2.69.142'))).toMatchObject({ state: 'unavailable' });
    }
  });
});
