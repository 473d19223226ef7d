import { readFeeds, type Feeds } from '../population/index.js';
import { feedsOfLists } from './feeds-of-lists.js';
import type { EvaluationPlaces } from './settings.js';

export const loadFeeds = ({ feeds, reputation }: EvaluationPlaces): Promise<Feeds> =>
  feeds === null ? feedsOfLists(reputation) : readFeeds(feeds);
