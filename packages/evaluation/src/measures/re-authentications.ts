import { createPersons } from './persons.js';
import { quantileOf } from './quantile.js';
import type { Sample } from './sample.js';
import { slack } from './slack.js';

/**
 * The highest threshold that still catches the share of the attacks: the score of the mildest one that
 * has to be caught. NaN without attacks.
 */
export const thresholdFor = (attacks: readonly Sample[], truePositiveRate: number): number => {
  const scores = Float64Array.from(attacks, ({ score }) => score).sort();
  const toCatch = Math.max(1, Math.ceil(truePositiveRate * scores.length - slack));
  return scores[scores.length - toCatch] ?? NaN;
};

/** By history size from 1: how often somebody was asked at that size; undefined: no login there. */
type AskedBySize = (number | undefined)[];

const askedOf = (
  honest: readonly Sample[],
  threshold: number,
  largest: number,
): readonly AskedBySize[] => {
  const persons = createPersons();
  const asked: AskedBySize[] = [];
  for (const sample of honest) {
    const { history, score } = sample;
    if (history === 0 || history > largest) continue;
    const person = persons.numberOf(sample);
    const sizes = (asked[person] ??= []);
    sizes[history] = (sizes[history] ?? 0) + (score >= threshold ? 1 : 0);
  }
  return asked;
};

/**
 * How often the median user was asked by the time of so many scored logins, as published: after 12 it
 * is 12 at most. The first login cannot be scored and is not counted.
 *
 * Wants every login of the owners from their first one on. Somebody whose logins are not all there
 * counts up to the first that is missing, or else he would seem to be asked less than he was.
 */
export const medianReauthentications = (
  honest: readonly Sample[],
  threshold: number,
  largest = 39,
): Readonly<Record<string, number>> => {
  const medians: Record<string, number> = {};
  if (Number.isNaN(threshold)) return medians;
  let reaching = askedOf(honest, threshold, largest).map((sizes) => ({ sizes, sum: 0 }));
  for (let size = 1; size <= largest; size += 1) {
    reaching = reaching.flatMap(({ sizes, sum }) => {
      const here = sizes[size];
      return here === undefined ? [] : [{ sizes, sum: sum + here }];
    });
    if (reaching.length === 0) break;
    medians[String(size)] = quantileOf(Float64Array.from(reaching, ({ sum }) => sum).sort(), 0.5);
  }
  return medians;
};
