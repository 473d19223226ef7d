export { createPopulation, type Population } from './create-population.js';
export { knownLists, readFeeds, type Feeds } from './feeds.js';
export { createNetworkCatalogue, type NetworkCatalogue } from './networks.js';
export { populationParameters, type PopulationParameters } from './parameters.js';
export { createBrowserCatalogue, type BrowserCatalogue } from './user-agents.js';
export type { UserSources } from './users.js';
