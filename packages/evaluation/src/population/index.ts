export { createPopulation, type Population } from './create-population.js';
export { knownLists, readFeeds, type Feeds } from './feeds.js';
export { createNetworkCatalogue } from './networks.js';
export { populationParameters } from './parameters.js';
export { createBrowserCatalogue } from './user-agents.js';
export type { UserSources } from './users.js';
