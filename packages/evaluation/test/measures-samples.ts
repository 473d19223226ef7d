import fc from 'fast-check';
import type { Sample } from '../src/measures/index.js';

export const samplesOf = (scores: readonly number[], seed = 1): Sample[] =>
  scores.map((score, user) => ({ user, score, history: 1, seed }));

/** Few values, so that ties are the rule. */
export const anySamples = fc.array(
  fc.record({
    user: fc.integer({ min: 0, max: 8 }),
    score: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })),
    history: fc.integer({ min: 0, max: 9 }),
    seed: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 30 },
);

/** Every pair compared, as the definition has it. */
export const aucByPairs = (honest: readonly Sample[], attacks: readonly Sample[]): number => {
  let won = 0;
  for (const thief of attacks) {
    for (const owner of honest) {
      if (thief.score > owner.score) won += 1;
      else if (thief.score === owner.score) won += 0.5;
    }
  }
  return won / (honest.length * attacks.length);
};

/** Every threshold tried, as the definition has it. */
export const recallByThresholds = (
  honest: readonly Sample[],
  attacks: readonly Sample[],
  falsePositiveRate: number,
): number => {
  const atOrAbove = (samples: readonly Sample[], threshold: number): number =>
    samples.filter(({ score }) => score >= threshold).length / samples.length;
  const thresholds = [...honest, ...attacks].map(({ score }) => score);
  const allowed = thresholds.filter((each) => atOrAbove(honest, each) <= falsePositiveRate + 1e-12);
  return Math.max(0, ...allowed.map((each) => atOrAbove(attacks, each)));
};
