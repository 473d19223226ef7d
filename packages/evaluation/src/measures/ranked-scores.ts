import type { Sample } from './sample.js';

/** How much of each class has each score, worst score last: all that any measure of separation needs. */
export interface Tally {
  readonly honest: Float64Array;
  readonly attacks: Float64Array;
}

/** The samples by rank among all distinct scores, least first. Ties share a rank. */
export interface RankedScores {
  readonly ranks: number;
  readonly honest: Uint32Array;
  readonly attacks: Uint32Array;
}

const distinctOf = (sorted: Float64Array): Float64Array => {
  let kept = 0;
  for (const score of sorted) {
    if (kept === 0 || sorted[kept - 1] !== score) {
      sorted[kept] = score;
      kept += 1;
    }
  }
  return sorted.subarray(0, kept);
};

const rankIn = (distinct: Float64Array, score: number): number => {
  let low = 0;
  let high = distinct.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((distinct[middle] ?? NaN) < score) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** @throws RangeError for a score that is no number: it has no place among the others. */
export const rankScores = (honest: readonly Sample[], attacks: readonly Sample[]): RankedScores => {
  const scores = new Float64Array(honest.length + attacks.length);
  let filled = 0;
  for (const samples of [honest, attacks]) {
    for (const { score } of samples) {
      if (Number.isNaN(score)) throw new RangeError('a sample has no score');
      scores[filled] = score;
      filled += 1;
    }
  }
  const distinct = distinctOf(scores.sort());
  const ranksOf = (samples: readonly Sample[]): Uint32Array =>
    Uint32Array.from(samples, ({ score }) => rankIn(distinct, score));
  return { ranks: distinct.length, honest: ranksOf(honest), attacks: ranksOf(attacks) };
};

const countOf = (ranks: Uint32Array, size: number): Float64Array => {
  const counts = new Float64Array(size);
  for (const rank of ranks) counts[rank] = (counts[rank] ?? 0) + 1;
  return counts;
};

export const tallyOf = (honest: readonly Sample[], attacks: readonly Sample[]): Tally => {
  const ranked = rankScores(honest, attacks);
  return {
    honest: countOf(ranked.honest, ranked.ranks),
    attacks: countOf(ranked.attacks, ranked.ranks),
  };
};
