import type { UserAgentParser } from '@stepgate/assessment';
import {
  createAddressIntel,
  createGeoipLite,
  createMmdbGeo,
  createMmdbNetworks,
  createPackagedNetworks,
  createReputationLists,
  type ReputationLists,
} from '@stepgate/ip-intel';
import { createUserAgentParser } from '@stepgate/user-agent';
import type { Config } from './config.js';

export interface SignalSources {
  readonly addressIntel: ReturnType<typeof createAddressIntel>;
  readonly userAgents: UserAgentParser;
  readonly reputation: ReputationLists;
}

/** A directory that is never there: every address is `unavailable`, none is clean. */
const noDirectory = '/nonexistent/reputation';

export const createSignalSources = async (config: Config): Promise<SignalSources> => {
  const { STEPGATE_GEO_MMDB: geoFile, STEPGATE_ASN_MMDB: asnFile } = config;
  const reputation = await createReputationLists({
    directory: config.STEPGATE_REPUTATION_DIR ?? noDirectory,
  });
  return {
    reputation,
    userAgents: createUserAgentParser(),
    addressIntel: createAddressIntel({
      geo: geoFile === undefined ? createGeoipLite() : await createMmdbGeo(geoFile),
      networks:
        asnFile === undefined ? await createPackagedNetworks() : await createMmdbNetworks(asnFile),
      reputation,
    }),
  };
};
