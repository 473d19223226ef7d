import type { UserAgentParser } from '@stepgate/assessment';
import {
  createAddressIntel,
  createGeoipLite,
  createMmdbGeo,
  createMmdbNetworks,
  createNoReputation,
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

export const createSignalSources = async (config: Config): Promise<SignalSources> => {
  const { STEPGATE_GEO_MMDB: geoFile, STEPGATE_ASN_MMDB: asnFile } = config;
  const directory = config.STEPGATE_REPUTATION_DIR;
  const reputation =
    directory === undefined
      ? createNoReputation('STEPGATE_REPUTATION_DIR is not set')
      : await createReputationLists({ directory });
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
