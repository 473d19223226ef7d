import { populationParameters } from '../population/index.js';
import { buildStream } from './build-stream.js';
import { statisticsOf } from './population-statistics.js';
import { scoreStream, type ScoredStream } from './score-stream.js';
import { loadSeedSources } from './seed-sources.js';
import { application, type EvaluationPlaces, type EvaluationSettings } from './settings.js';

export interface SeedTask {
  readonly seed: number;
  readonly places: EvaluationPlaces;
  readonly settings: EvaluationSettings;
}

export interface ScoredSeed extends ScoredStream {
  readonly logins: number;
  readonly statistics: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, number | string>>;
}

/** Everything that is done for one seed. */
export const scoreSeed = async ({ seed, places, settings }: SeedTask): Promise<ScoredSeed> => {
  const sources = await loadSeedSources(seed, places, settings);
  const { stream, population } = buildStream(seed, settings, sources.stream);
  const scored = await scoreStream(stream, sources.engine, { application });
  return {
    ...scored,
    logins: population.logins.length,
    statistics: statisticsOf(population),
    parameters: {
      ...populationParameters,
      attackAddresses: places.feeds === null ? 'the shipped lists' : 'feeds',
    },
  };
};
