import type { Feeds } from '../population/feeds.js';
import { addressText, sizeOf, type IpRange } from '../population/ip-range.js';
import type { NetworkCatalogue } from '../population/networks.js';
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

export interface AttackAddresses {
  naive(random: Random): string;
  vpn(country: string, random: Random): string;
  residential(country: string, random: Random): string;
  ownNetwork(victim: User, random: Random): string;
  takeover(random: Random): string;
}

const somewhereIn = (range: IpRange, random: Random): string =>
  addressText(range.first + random.below(sizeOf(range)));

const partOf = <T>(list: readonly T[], half: Half): readonly T[] =>
  list.filter((_, n) => (n % 4 === 0) === (half === 'warm_up'));

export const createAttackAddresses = (
  catalogue: NetworkCatalogue,
  feeds: Feeds,
  half: Half,
): AttackAddresses => {
  const abuse = partOf(feeds.abuse, half);
  const exits = new Map<string, readonly IpRange[]>();
  const exitsIn = (country: string): readonly IpRange[] => {
    const known = exits.get(country) ?? partOf(catalogue.listed('vpn', country), half);
    exits.set(country, known);
    return known;
  };
  const naive = (random: Random): string => abuse[random.below(abuse.length)] ?? '';
  const residential = (country: string, random: Random): string => {
    const network = catalogue.residential(country)?.draw(random);
    const address =
      network === undefined
        ? null
        : catalogue.addressIn(network.drawRange(random), country, random);
    return address ?? naive(random);
  };
  return {
    naive,
    vpn: (country, random) => {
      const ranges = exitsIn(country);
      const range = ranges[random.below(ranges.length)];
      return range === undefined ? residential(country, random) : somewhereIn(range, random);
    },
    residential,
    ownNetwork: ({ network, country }, random) =>
      catalogue.addressIn(network.drawRange(random), country, random) ??
      residential(country, random),
    takeover: (random) => residential(takeoverCountries.draw(random), random),
  };
};
