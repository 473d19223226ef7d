import { tallyOf, type Tally } from './ranked-scores.js';
import type { Sample } from './sample.js';
import { slack } from './slack.js';

export const totalOf = (weights: Float64Array): number => {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
};

/** NaN where a class is empty: nothing can be said. */
export const aucOf = ({ honest, attacks }: Tally): number => {
  let below = 0;
  let won = 0;
  let attempts = 0;
  for (let rank = 0; rank < honest.length; rank += 1) {
    const [owners, thieves] = [honest[rank] ?? 0, attacks[rank] ?? 0];
    won += thieves * (below + owners / 2);
    below += owners;
    attempts += thieves;
  }
  return won / (below * attempts);
};

export const recallOf = ({ honest, attacks }: Tally, falsePositiveRate: number): number => {
  const [owners, attempts] = [totalOf(honest), totalOf(attacks)];
  if (owners === 0) return NaN;
  const allowed = falsePositiveRate * owners + slack;
  let asked = 0;
  let caught = 0;
  for (let rank = honest.length - 1; rank >= 0; rank -= 1) {
    asked += honest[rank] ?? 0;
    // A tie is asked as a whole or not at all: no threshold could tell them apart.
    if (asked > allowed) break;
    caught += attacks[rank] ?? 0;
  }
  return caught / attempts;
};

/** The probability that an attempt scores higher than an honest login, ties half (Mann-Whitney). */
export const auc = (honest: readonly Sample[], attacks: readonly Sample[]): number =>
  aucOf(tallyOf(honest, attacks));

/** The share of the attacks that is caught when at most the given share of honest logins may be asked. */
export const recallAt = (
  honest: readonly Sample[],
  attacks: readonly Sample[],
  falsePositiveRate: number,
): number => recallOf(tallyOf(honest, attacks), falsePositiveRate);
