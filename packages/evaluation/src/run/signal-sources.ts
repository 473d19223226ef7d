import {
  createAddressIntel,
  createGeoipLite,
  createPackagedNetworks,
  createReputationLists,
  type ReputationLists,
} from '@stepgate/ip-intel';
import { createUserAgentParser } from '@stepgate/user-agent';
import type { SignalSources } from '../replay/in-process.js';

export interface LoadedSources extends SignalSources {
  readonly reputation: ReputationLists;
}

/** What the engine itself uses: the packaged tables, and the lists of one directory. */
export const loadSignalSources = async (reputationDirectory: string): Promise<LoadedSources> => {
  const reputation = await createReputationLists({ directory: reputationDirectory });
  return {
    reputation,
    userAgents: createUserAgentParser(),
    addressIntel: createAddressIntel({
      geo: createGeoipLite(),
      networks: await createPackagedNetworks(),
      reputation,
    }),
  };
};
