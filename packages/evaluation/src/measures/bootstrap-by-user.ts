import { createRandom } from '../population/random.js';
import type { Estimate } from '../results.js';
import { createPersons } from './persons.js';
import { quantileOf } from './quantile.js';
import { rankScores, type Tally } from './ranked-scores.js';
import type { Sample } from './sample.js';
import { aucOf, recallOf } from './separation.js';

/** Samples of one class, least score first: the rank of each score, and whose it is. */
interface Class {
  readonly ranks: Uint32Array;
  readonly persons: Uint32Array;
}

/** In the order of ranks memory is walked through, not jumped about in: several times as fast. */
const inOrder = ({ ranks, persons }: Class): Class => {
  const order = Uint32Array.from(ranks.keys()).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
  return {
    ranks: order.map((index) => ranks[index] ?? 0),
    persons: order.map((index) => persons[index] ?? 0),
  };
};

/** A sample counts as often as its person was drawn: no copies, and nothing is sorted again. */
const weigh = ({ ranks, persons }: Class, drawn: Float64Array, into: Float64Array): void => {
  into.fill(0);
  for (let n = 0; n < ranks.length; n += 1) {
    const rank = ranks[n] ?? 0;
    into[rank] = (into[rank] ?? 0) + (drawn[persons[n] ?? 0] ?? 0);
  }
};

const createDraw = (seed: number, persons: number): ((into: Float64Array) => void) => {
  const random = createRandom(`${String(seed)}/bootstrap`);
  return (into) => {
    into.fill(0);
    for (let n = 0; n < persons; n += 1) {
      const person = random.below(persons);
      into[person] = (into[person] ?? 0) + 1;
    }
  };
};

/** The tally of the samples, each as often as its person is drawn. The same arrays at every call. */
const createDrawnTally = (honest: readonly Sample[], attacks: readonly Sample[]) => {
  const ranked = rankScores(honest, attacks);
  const persons = createPersons();
  const classOf = (samples: readonly Sample[], ranks: Uint32Array): Class =>
    inOrder({ ranks, persons: Uint32Array.from(samples, persons.numberOf) });
  const owners = classOf(honest, ranked.honest);
  const thieves = classOf(attacks, ranked.attacks);
  const tally = {
    honest: new Float64Array(ranked.ranks),
    attacks: new Float64Array(ranked.ranks),
  };
  return {
    persons: persons.size,
    tallyOf: (drawn: Float64Array): Tally => {
      weigh(owners, drawn, tally.honest);
      weigh(thieves, drawn, tally.attacks);
      return tally;
    },
  };
};

interface Measured {
  readonly auc: number;
  readonly recall1: number;
  readonly recall5: number;
}

const measure = (tally: Tally): Measured => ({
  auc: aucOf(tally),
  recall1: recallOf(tally, 0.01),
  recall5: recallOf(tally, 0.05),
});

export const estimateOf = (mean: number, resampled: readonly number[]): Estimate => {
  // Of very few users a draw may hold one class alone.
  const sorted = Float64Array.from(resampled.filter((value) => !Number.isNaN(value))).sort();
  if (sorted.length === 0) return { mean, low: mean, high: mean };
  // A recall jumps where many scores are equal; an interval beside its own estimate would be no help.
  return {
    mean,
    low: Math.min(mean, quantileOf(sorted, 0.025)),
    high: Math.max(mean, quantileOf(sorted, 0.975)),
  };
};

/**
 * Area and recall at 1 % and 5 % over all samples, and between which values they would lie in 95 of 100
 * other populations. Users are drawn, not samples: logins of one user are alike, and as many strangers
 * would make the interval look narrower than it is. All of them from the same draws.
 */
export const bootstrapByUser = (
  honest: readonly Sample[],
  attacks: readonly Sample[],
  options: { readonly seed: number; readonly resamples: number },
): Readonly<Record<keyof Measured, Estimate>> => {
  const { persons, tallyOf } = createDrawnTally(honest, attacks);
  const drawn = new Float64Array(persons).fill(1);
  const mean = measure(tallyOf(drawn));
  const draw = createDraw(options.seed, persons);
  const resampled = Array.from({ length: options.resamples }, () => {
    draw(drawn);
    return measure(tallyOf(drawn));
  });
  const estimate = (name: keyof Measured): Estimate =>
    estimateOf(
      mean[name],
      resampled.map((each) => each[name]),
    );
  return { auc: estimate('auc'), recall1: estimate('recall1'), recall5: estimate('recall5') };
};
