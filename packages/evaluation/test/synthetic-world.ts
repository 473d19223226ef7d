import { fileURLToPath } from 'node:url';
import {
  createAddressIntel,
  createGeoipLite,
  createNoReputation,
  createPackagedNetworks,
} from '@stepgate/ip-intel';
import { valueOf } from '@stepgate/engine';
import { createUserAgentParser } from '@stepgate/user-agent';
import {
  createBrowserCatalogue,
  createNetworkCatalogue,
  createPopulation,
  populationParameters,
  type Feeds,
  type Population,
  type UserSources,
} from '../src/population/index.js';
import { feedsOfLists } from '../src/run/feeds-of-lists.js';
import { readOwnAsns } from '../src/run/reputation-directory.js';

const lists = fileURLToPath(new URL('../../../infra/reputation', import.meta.url));

export interface World {
  readonly sources: UserSources;
  readonly feeds: Feeds;
  countryOf(address: string): string | undefined;
  asnOf(address: string): number | undefined;
  populationOf(seed: number): Population;
}

/** The real tables and the shipped lists: some seconds, once for a test file. */
export const createWorld = async (users: number): Promise<World> => {
  const addressIntel = createAddressIntel({
    geo: createGeoipLite(),
    networks: await createPackagedNetworks(),
    reputation: createNoReputation('no lists'),
  });
  const feeds = await feedsOfLists(lists);
  const catalogue = createNetworkCatalogue({
    addressIntel,
    feeds,
    mobileAsns: await readOwnAsns(lists, 'mobile'),
    satelliteAsns: await readOwnAsns(lists, 'satellite'),
  });
  const parameters = populationParameters;
  const browsers = createBrowserCatalogue(
    createUserAgentParser(),
    parameters.userAgentConcentration,
  );
  const sources = { catalogue, browsers, parameters };
  return {
    sources,
    feeds,
    countryOf: (address) => valueOf(addressIntel.lookUp(address).geo)?.country,
    asnOf: (address) => valueOf(addressIntel.lookUp(address).network)?.asn,
    populationOf: (seed) => createPopulation({ ...sources, seed, users }),
  };
};

export const shareOf = <T>(list: readonly T[], is: (item: T) => boolean): number =>
  list.filter(is).length / list.length;
