import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AddressIntel } from '@stepgate/assessment';
import { valueOf } from '@stepgate/engine';
import type { Feeds } from './feeds.js';
import { addressText, createRangeSet, rangeOf, sizeOf, type IpRange } from './ip-range.js';
import { createWeighted, type Random, type Weighted } from './random.js';

export interface Network {
  readonly asn: number;
  readonly country: string;
  readonly ranges: readonly IpRange[];
  readonly addresses: number;
  /** A range of it, drawn by size. */
  drawRange(random: Random): IpRange;
}

/** Where people and attackers come from, by country. */
export interface NetworkCatalogue {
  readonly countries: readonly string[];
  /** People's networks, drawn by size; null where the tables know none. */
  residential(country: string): Weighted<Network> | null;
  /** A network of phones; where the lists name none, one that serves homes as well. */
  carrier(country: string): Network | null;
  /** Blocks of a list that lie in a country. */
  listed(list: 'vpn' | 'relay', country: string): readonly IpRange[];
  satellite: readonly Network[];
  isIn(address: number, country: string): boolean;
  /** In a range, of its country, and on none of the lists; null after many tries. */
  addressIn(range: IpRange, country: string, random: Random): string | null;
}

export interface CatalogueSources {
  readonly addressIntel: AddressIntel;
  readonly feeds: Feeds;
  /** AS numbers of carriers and of satellite operators, from the engine's own lists. */
  readonly mobileAsns: ReadonlySet<number>;
  readonly satelliteAsns: ReadonlySet<number>;
}

/** Smaller blocks are servers and offices more often than homes. */
const leastRange = 1024;
/** The largest networks serve nearly everybody. */
const networksPerCountry = 12;
const tries = 40;

const noHomes =
  /\b(?:DoD|DNIC|Department|Ministry|Universit|Government|Army|Navy|Defen[cs]e|Ford Motor|Apple Inc|Mercedes|Level 3|Cogent|SIKT|Tietoevry|IKT-|Equinor|Hydro|Rikskringkasting|SURF|Jisc|Forschungsnetz)/i;

const tablePath = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('@ip-location-db/asn/package.json')),
    'asn-ipv4-num.csv',
  );

function* readRanges(): Generator<IpRange & { readonly asn: number }> {
  for (const line of readFileSync(tablePath(), 'utf8').split('\n')) {
    const [first, last, asn] = line.split(',', 3);
    // The military, universities, old companies and carriers' carriers hold large blocks in which nobody lives.
    if (asn !== undefined && !noHomes.test(line))
      yield { first: Number(first), last: Number(last), asn: Number(asn) };
  }
}

type Tables = ReadonlyMap<string, ReadonlyMap<number, IpRange[]>>;

const middleOf = ({ first, last }: IpRange): number => first + Math.floor((last - first) / 2);

const rangesByCountry = (
  countryOf: (address: number) => string | null,
  isWanted: (asn: number, range: IpRange) => boolean,
): Tables => {
  const tables = new Map<string, Map<number, IpRange[]>>();
  for (const { asn, ...range } of readRanges()) {
    if (!isWanted(asn, range)) continue;
    const country = countryOf(middleOf(range));
    if (country === null) continue;
    const networks = tables.get(country) ?? new Map<number, IpRange[]>();
    tables.set(country, networks);
    const ranges = networks.get(asn) ?? [];
    networks.set(asn, ranges);
    ranges.push(range);
  }
  return tables;
};

/** Made when it is first needed: most networks are never drawn from. */
const createRangeDraw = (ranges: readonly IpRange[]): Network['drawRange'] => {
  let weighted: Weighted<IpRange> | null = null;
  return (random) => {
    weighted ??= createWeighted(ranges.map((range) => [range, sizeOf(range)] as const));
    return weighted.draw(random);
  };
};

const networksOf = (tables: Tables, country: string): readonly Network[] =>
  [...(tables.get(country) ?? [])]
    .map(([asn, ranges]) => ({
      asn,
      country,
      ranges,
      addresses: ranges.reduce((sum, range) => sum + sizeOf(range), 0),
      drawRange: createRangeDraw(ranges),
    }))
    .toSorted((one, other) => other.addresses - one.addresses || one.asn - other.asn);

const byCountry = (
  list: readonly string[],
  countryOf: (address: number) => string | null,
): ReadonlyMap<string, readonly IpRange[]> => {
  const groups = new Map<string, IpRange[]>();
  for (const range of list.map(rangeOf)) {
    const country = countryOf(middleOf(range));
    if (country === null) continue;
    const ranges = groups.get(country) ?? [];
    groups.set(country, ranges);
    ranges.push(range);
  }
  return groups;
};

const createPeoplesNetworks = (
  tables: Tables,
  { mobileAsns, satelliteAsns }: Pick<CatalogueSources, 'mobileAsns' | 'satelliteAsns'>,
): Pick<NetworkCatalogue, 'residential' | 'carrier'> => {
  const drawn = new Map<string, Weighted<Network> | null>();
  const sorted = new Map<string, readonly Network[]>();
  const sortedIn = (country: string): readonly Network[] => {
    const known = sorted.get(country) ?? networksOf(tables, country);
    sorted.set(country, known);
    return known;
  };
  return {
    residential: (country) => {
      const known = drawn.get(country);
      if (known !== undefined) return known;
      const largest = sortedIn(country)
        .filter(({ asn }) => !mobileAsns.has(asn) && !satelliteAsns.has(asn))
        .slice(0, networksPerCountry);
      const weighted =
        largest.length === 0
          ? null
          : createWeighted(largest.map((network) => [network, network.addresses] as const));
      drawn.set(country, weighted);
      return weighted;
    },
    carrier: (country) => {
      const networks = sortedIn(country);
      return networks.find(({ asn }) => mobileAsns.has(asn)) ?? networks[0] ?? null;
    },
  };
};

/** Reads the packaged tables: some seconds. */
export const createNetworkCatalogue = (sources: CatalogueSources): NetworkCatalogue => {
  const { addressIntel, feeds, satelliteAsns } = sources;
  const countryOf = (address: number): string | null =>
    valueOf(addressIntel.lookUp(addressText(address)).geo)?.country ?? null;
  const hosting = new Set(feeds.hostingAsns);
  const lists = [...feeds.vpn, ...feeds.hosting, ...feeds.relay, ...feeds.abuse, ...feeds.tor];
  const isListed = createRangeSet(lists.map(rangeOf));
  const isPeoples = (asn: number, range: IpRange): boolean =>
    !hosting.has(asn) && sizeOf(range) >= leastRange && !isListed(middleOf(range));
  const tables = rangesByCountry(countryOf, isPeoples);
  const isRelay = createRangeSet(feeds.relay.map(rangeOf));
  // A list of VPNs holds the relays too, which are another story and known to everybody.
  const exits = [...feeds.vpn, ...feeds.hosting].filter(
    (entry) => !isRelay(middleOf(rangeOf(entry))),
  );
  const vpn = byCountry(exits, countryOf);
  const relay = byCountry(feeds.relay, countryOf);
  const satellite = rangesByCountry(countryOf, (asn) => satelliteAsns.has(asn));
  return {
    countries: [...tables.keys()].toSorted(),
    ...createPeoplesNetworks(tables, sources),
    listed: (list, country) => (list === 'vpn' ? vpn : relay).get(country) ?? [],
    satellite: [...satellite.keys()].flatMap((country) => networksOf(satellite, country)),
    isIn: (address, country) => countryOf(address) === country,
    addressIn: (range, country, random) => {
      for (let n = 0; n < tries; n += 1) {
        const address = range.first + random.below(sizeOf(range));
        if (!isListed(address) && countryOf(address) === country) return addressText(address);
      }
      return null;
    },
  };
};
