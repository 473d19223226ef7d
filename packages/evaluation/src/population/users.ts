import type { Instant } from '@stepgate/engine';
import type { IpRange } from './ip-range.js';
import type { Network, NetworkCatalogue } from './networks.js';
import { countryWeights, type PopulationParameters } from './parameters.js';
import { createWeighted, type Random } from './random.js';
import { upgraded, type Browser, type BrowserCatalogue } from './user-agents.js';

export interface Device {
  /** Name of its cookie jar. */
  readonly id: string;
  browser: Browser;
}

/** Somebody with a home, devices, and habits. */
export interface User {
  readonly index: number;
  readonly country: string;
  readonly network: Network;
  /** An operator gives a customer addresses of one block. */
  readonly homeRange: IpRange;
  homeAddress: string;
  /** The latest login from home, or that began a stay elsewhere. */
  seenAt: Instant | null;
  /** Where the user stays now, and since when; null: at home. */
  away: { readonly address: string; readonly at: Instant } | null;
  readonly carrierRange: IpRange | null;
  readonly devices: readonly [Device, ...Device[]];
}

export interface UserSources {
  readonly catalogue: NetworkCatalogue;
  readonly browsers: BrowserCatalogue;
  readonly parameters: PopulationParameters;
}

const countries = createWeighted(countryWeights);

const tries = 100;

/** A carrier's customers of one region share few addresses. */
const carrierPool = 64;

/** A small piece of a block: neighbours there are really neighbours. */
export const pieceOf = (range: IpRange, size: number, random: Random): IpRange => {
  const pieces = Math.max(1, Math.floor((range.last - range.first + 1) / size));
  const first = range.first + random.below(pieces) * size;
  return { first, last: Math.min(range.last, first + size - 1) };
};

const homeIn = (
  { catalogue }: UserSources,
  country: string,
  random: Random,
): { readonly network: Network; readonly range: IpRange; readonly address: string } | null => {
  const network = catalogue.residential(country)?.draw(random);
  if (network === undefined) return null;
  const range = pieceOf(network.drawRange(random), 1024, random);
  const address = catalogue.addressIn(range, country, random);
  return address === null ? null : { network, range, address };
};

const carrierIn = ({ catalogue }: UserSources, country: string, random: Random): IpRange | null => {
  const network = catalogue.carrier(country);
  return network === null ? null : pieceOf(network.drawRange(random), carrierPool, random);
};

export const createUser = (sources: UserSources, index: number, random: Random): User => {
  const { browsers, parameters } = sources;
  for (;;) {
    const country = countries.draw(random);
    const home = homeIn(sources, country, random);
    if (home === null) continue;
    const first: Device = { id: `d${String(index)}-1`, browser: browsers.draw(random) };
    // Whoever has two has a phone and something with a keyboard.
    const second: Device = {
      id: `d${String(index)}-2`,
      browser: first.browser.handheld ? browsers.desktop(random) : browsers.handheld(random),
    };
    return {
      index,
      country,
      network: home.network,
      homeRange: home.range,
      homeAddress: home.address,
      seenAt: null,
      away: null,
      carrierRange: carrierIn(sources, country, random),
      devices: random.chance(parameters.ownsSecondDevice) ? [first, second] : [first],
    };
  }
};

export const deviceForLogin = (
  { devices }: User,
  { parameters, browsers }: UserSources,
  random: Random,
): Device => {
  const [first, second] = devices;
  const device =
    second !== undefined && random.chance(parameters.usesSecondDevice) ? second : first;
  if (random.chance(parameters.browserUpgrade)) {
    device.browser = browsers.parse(upgraded(device.browser.userAgent));
  }
  return device;
};

export const elsewhereIn = (
  country: string,
  { catalogue }: UserSources,
  random: Random,
): string | null => {
  const network = catalogue.residential(country)?.draw(random);
  return network === undefined
    ? null
    : catalogue.addressIn(network.drawRange(random), country, random);
};

export const abroad = (user: User, sources: UserSources, random: Random): string | null => {
  for (let n = 0; n < tries; n += 1) {
    const country = countries.draw(random);
    const address = country === user.country ? null : elsewhereIn(country, sources, random);
    if (address !== null) return address;
  }
  return null;
};

export const throughVpn = ({ country }: User, { catalogue }: UserSources, random: Random) => {
  const [first, ...others] = catalogue.listed('vpn', country);
  if (first === undefined) return null;
  const range = random.pick([first, ...others]);
  return range.first + random.below(range.last - range.first + 1);
};
