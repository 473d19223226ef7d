import fc from 'fast-check';
import { absent, observed } from '@stepgate/engine';
import {
  createAddressIntel,
  createGeoipLite,
  createMmdbGeo,
  createPackagedNetworks,
  createReputationLists,
} from '../src/index.js';
import { makeDirectory, removeDirectories } from './list-directories.js';
import { repositoryPath, seed } from './shared-data.js';

describe('createAddressIntel on the data that come with the project', () => {
  let intel: ReturnType<typeof createAddressIntel>;
  beforeAll(async () => {
    intel = createAddressIntel({
      geo: createGeoipLite(),
      networks: await createPackagedNetworks(),
      reputation: await createReputationLists({ directory: repositoryPath('infra/reputation') }),
    });
  }, 60_000);

  it('knows a Tor exit by place, network and lists', () => {
    expect(intel.lookUp('185.220.101.1')).toMatchObject({
      geo: { state: 'observed', value: { country: 'DE' } },
      network: { state: 'observed', value: { asn: 60729 } },
      reputation: { state: 'observed', value: expect.arrayContaining(['tor']) as unknown },
    });
  });

  it('finds a household in no list', () => {
    expect(intel.lookUp('86.80.1.1')).toMatchObject({
      geo: { value: { country: 'NL' } },
      network: { value: { asn: 1136 } },
      reputation: { state: 'observed', value: [] },
    });
  });

  it('finds a data centre by its network', () => {
    expect(intel.lookUp('8.8.8.8').reputation).toMatchObject({
      value: expect.arrayContaining(['hosting']) as unknown,
    });
  });

  it('answers the same for an IPv4-mapped address', () => {
    expect(intel.lookUp('::ffff:185.220.101.1')).toEqual(intel.lookUp('185.220.101.1'));
  });

  it.each([
    ['0.0.0.0'],
    ['10.1.2.3'],
    ['100.64.0.1'],
    ['127.0.0.1'],
    ['169.254.1.1'],
    ['172.16.0.1'],
    ['192.0.2.1'],
    ['192.168.1.1'],
    ['198.18.0.1'],
    ['198.51.100.1'],
    ['203.0.113.7'],
    ['224.0.0.1'],
    ['255.255.255.255'],
    ['::'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['2001:db8::1'],
    ['fc00::1'],
    ['fe80::1'],
    ['ff02::1'],
  ])('knows nothing of %s, which is not the same as clean', (address) => {
    expect(intel.lookUp(address)).toEqual({ geo: absent, network: absent, reputation: absent });
  });

  it.each([[''], ['evil'], ['1.2.3.4:80'], ['fe80::1%eth0'], ['999.1.1.1']])(
    'is unavailable for %j, which is no address',
    (text) => {
      const states = Object.values(intel.lookUp(text)).map(({ state }) => state as string);
      expect(states).toEqual(['unavailable', 'unavailable', 'unavailable']);
    },
  );

  it(`never throws, whatever it is asked (seed ${seed})`, () => {
    const texts = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.ipV4Extended());
    fc.assert(
      fc.property(texts, (text) => {
        expect(Object.keys(intel.lookUp(text))).toEqual(['geo', 'network', 'reputation']);
      }),
      { seed, numRuns: 3000 },
    );
  });

  it('tells of all three sources for readiness and metrics', () => {
    const sources = intel.status().map(({ source, problem }) => [source, problem]);
    expect(sources).toEqual([
      ['geo', null],
      ['asn', null],
      ['reputation', null],
    ]);
    for (const { dataDate } of intel.status()) expect(dataDate).toBeInstanceOf(Date);
  });
});

describe('createAddressIntel', () => {
  afterAll(removeDirectories);

  it('tells a private address that the operator listed, and leaves the rest of its data out', async () => {
    const directory = makeDirectory({ 'abuse.own.txt': '10.9.0.0/16\n' });
    const intel = createAddressIntel({
      geo: await createMmdbGeo('/nowhere/City.mmdb'),
      networks: await createPackagedNetworks(),
      reputation: await createReputationLists({ directory }),
    });
    expect(intel.lookUp('10.9.1.1')).toEqual({
      geo: absent,
      network: absent,
      reputation: observed(['abuse']),
    });
    expect(intel.lookUp('8.8.8.8')).toMatchObject({
      geo: { state: 'unavailable' },
      network: { state: 'observed' },
      reputation: observed([]),
    });
    expect(intel.status()[0]?.problem).toContain('/nowhere/City.mmdb');
  }, 60_000);
});

describe('the sample lists', () => {
  it('are read whole, cover every category and say how old they are', async () => {
    const directory = repositoryPath('infra/reputation');
    const status = (await createReputationLists({ directory })).status();
    expect(status).toMatchObject({ problem: null, rejectedLines: 0 });
    expect(status.lists.map(({ file, category, entries }) => [file, category, entries])).toEqual([
      ['abuse.ipsum-level5.txt', 'abuse', 1413],
      ['hosting.x4bnet-asn.txt', 'hosting', 906],
      ['mobile.stepgate-asn.txt', 'mobile', 100],
      ['relay.x4bnet-apple-private-relay.txt', 'relay', 3290],
      ['satellite.stepgate-asn.txt', 'satellite', 31],
      ['tor.secops-exit-nodes.txt', 'tor', 1746],
      ['vpn.x4bnet-asn.txt', 'vpn', 15],
    ]);
    expect(status.dataDate).toEqual(new Date('2024-02-27'));
  });
});
