import { join } from 'node:path';
import type { InProcessDeps } from '../replay/in-process.js';
import {
  createBrowserCatalogue,
  createNetworkCatalogue,
  populationParameters,
} from '../population/index.js';
import type { StreamSources } from './build-stream.js';
import { loadFeeds } from './load-feeds.js';
import { loadPolicies } from './load-policies.js';
import { readOwnAsns, writeReputationDirectory } from './reputation-directory.js';
import type { EvaluationPlaces, EvaluationSettings } from './settings.js';
import { loadSignalSources } from './signal-sources.js';

export interface SeedSources {
  readonly stream: StreamSources;
  readonly engine: InProcessDeps;
  /** The lists that the service has in this seed. */
  readonly reputation: string;
}

/** Reads tables and lists: some seconds, and the same for one seed wherever it is done. */
export const loadSeedSources = async (
  seed: number,
  places: EvaluationPlaces,
  settings: EvaluationSettings,
): Promise<SeedSources> => {
  const feeds = await loadFeeds(places);
  const reputation = join(places.scratch, `lists-${String(seed)}`);
  await writeReputationDirectory(reputation, { feeds, shipped: places.reputation, seed });
  const sources = await loadSignalSources(reputation);
  const catalogue = createNetworkCatalogue({
    addressIntel: sources.addressIntel,
    feeds,
    mobileAsns: await readOwnAsns(places.reputation, 'mobile'),
    satelliteAsns: await readOwnAsns(places.reputation, 'satellite'),
  });
  const browsers = createBrowserCatalogue(
    sources.userAgents,
    populationParameters.userAgentConcentration,
  );
  const { populationRefreshMs, deviceTokenDays } = settings;
  return {
    reputation,
    stream: { catalogue, browsers, parameters: populationParameters, feeds },
    engine: {
      ...sources,
      policies: await loadPolicies(places.policies),
      populationRefreshMs,
      deviceTokenDays,
    },
  };
};
