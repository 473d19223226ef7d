import type { Feeds } from '../population/feeds.js';
import { addressText, numberOfAddress, sizeOf, type IpRange } from '../population/ip-range.js';
import type { Network, NetworkCatalogue } from '../population/networks.js';
import { createWeighted, type Random } from '../population/random.js';
import type { User } from '../population/users.js';

/** Which part of the addresses: those of the warm-up are never seen in what is reported. */
export type Half = 'warm_up' | 'reported';

/** Of the 141 published takeovers: RO 79, NO 10, CA, BR and ID 9 each, IT 7, DK 5, LV and CL 3, CZ 2. */
const takeoverCountries = createWeighted([
  ['RO', 79],
  ['NO', 10],
  ['CA', 9],
  ['BR', 9],
  ['ID', 9],
  ['IT', 7],
  ['DK', 5],
  ['LV', 3],
  ['CL', 3],
  ['CZ', 2],
] as const);

/** Of the published takeovers, 77 came from a listed address. */
const listedTakeovers = 77 / 141;

export interface AttackAddresses {
  naive(random: Random): string;
  vpn(country: string, random: Random): string;
  residential(country: string, random: Random): string;
  ownNetwork(victim: User, random: Random): string;
  takeover(random: Random): string;
}

/** By /24, since the lists overlap and one attacker has neighbouring addresses. */
const halfOf = (address: number): Half => ((address >>> 8) % 4 === 0 ? 'warm_up' : 'reported');

const tries = 200;

const firstOf = <T>(draw: () => T | null): T | null => {
  for (let n = 0; n < tries; n += 1) {
    const drawn = draw();
    if (drawn !== null) return drawn;
  }
  return null;
};

export const createAttackAddresses = (
  catalogue: NetworkCatalogue,
  feeds: Feeds,
  half: Half,
): AttackAddresses => {
  const isOurs = (address: string): boolean => halfOf(numberOfAddress(address)) === half;
  const abuse = feeds.abuse.filter(isOurs);
  const naive = (random: Random): string => abuse[random.below(abuse.length)] ?? '';
  const homeIn = (network: Network | undefined, country: string, random: Random): string | null => {
    if (network === undefined) return null;
    const address = catalogue.addressIn(network.drawRange(random), country, random);
    return address !== null && isOurs(address) ? address : null;
  };
  const exitIn = (ranges: readonly IpRange[], country: string, random: Random): string | null => {
    const range = ranges[random.below(ranges.length)];
    if (range === undefined) return null;
    const address = range.first + random.below(sizeOf(range));
    // A block may lie in several countries.
    const suits = catalogue.isIn(address, country) && halfOf(address) === half;
    return suits ? addressText(address) : null;
  };
  const residential = (country: string, random: Random): string =>
    firstOf(() => homeIn(catalogue.residential(country)?.draw(random), country, random)) ??
    naive(random);
  const vpn = (country: string, random: Random): string => {
    const ranges = catalogue.listed('vpn', country);
    return firstOf(() => exitIn(ranges, country, random)) ?? residential(country, random);
  };
  return {
    naive,
    vpn,
    residential,
    ownNetwork: ({ network, country }, random) =>
      firstOf(() => homeIn(network, country, random)) ?? residential(country, random),
    takeover: (random) => {
      const country = takeoverCountries.draw(random);
      return (random.chance(listedTakeovers) ? vpn : residential)(country, random);
    },
  };
};
