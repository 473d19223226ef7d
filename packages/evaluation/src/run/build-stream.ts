import { createAttacks, createHardNegatives, createSequences } from '../attackers/index.js';
import { inOrder } from '../population/create-population.js';
import {
  createPopulation,
  type Feeds,
  type Population,
  type UserSources,
} from '../population/index.js';
import type { Stream } from './score-stream.js';

export interface StreamSize {
  readonly users: number;
  readonly attemptsPerAttacker: number;
  readonly usersPerHardNegative: number;
  readonly waves: number;
}

export interface StreamSources extends UserSources {
  readonly feeds: Feeds;
}

/** Owners, attackers and hard negatives of one seed, in one order of time. */
export const buildStream = (
  seed: number,
  size: StreamSize,
  sources: StreamSources,
): { readonly stream: Stream; readonly population: Population } => {
  const options = { ...sources, seed };
  const population = createPopulation({ ...options, users: size.users });
  const attacks = createAttacks(population, {
    ...options,
    attemptsPerAttacker: size.attemptsPerAttacker,
  });
  const logins = inOrder([
    ...population.logins,
    ...attacks.warmUp,
    ...attacks.reported,
    ...createHardNegatives(population, { ...options, usersPerKind: size.usersPerHardNegative }),
    ...createSequences(population, { ...options, waves: size.waves }),
  ]);
  const { halfTime } = population;
  return { population, stream: { seed, logins, halfTime, users: size.users } };
};
