import fc from 'fast-check';
import { auc, bootstrapByUser, recallAt, type Sample } from '../src/measures/index.js';
import { createRandom } from '../src/population/random.js';
import { anySamples, samplesOf } from './measures-samples.js';

interface Plan {
  readonly name: string;
  readonly users: number;
  /** Samples of each user. */
  readonly each: number;
  readonly shift: number;
  /** How alike the scores of one user are. */
  readonly ownShare?: number;
}

const drawn = ({ name, users, each, shift, ownShare = 0 }: Plan, seed = 1): Sample[] => {
  const random = createRandom(`${String(seed)}/${name}`);
  return Array.from({ length: users }, (_, user) => {
    const own = random.normal();
    return Array.from({ length: each }, (__, history) => ({
      user,
      history,
      seed,
      score: shift + ownShare * own + (1 - ownShare) * random.normal(),
    }));
  }).flat();
};

const width = ({ low, high }: { readonly low: number; readonly high: number }): number =>
  high - low;

describe('the bootstrap by user', () => {
  const honest = drawn({ name: 'honest', users: 200, each: 5, shift: 0 });
  const attacks = drawn({ name: 'attacks', users: 200, each: 2, shift: 1.5 });

  it('estimates each statistic over all samples', () => {
    const estimates = bootstrapByUser(honest, attacks, { seed: 1, resamples: 20 });
    expect(estimates.auc.mean).toBe(auc(honest, attacks));
    expect(estimates.recall1.mean).toBe(recallAt(honest, attacks, 0.01));
    expect(estimates.recall5.mean).toBe(recallAt(honest, attacks, 0.05));
  });

  it('has intervals around its estimates, the same for the same seed, for any samples', () => {
    fc.assert(
      fc.property(anySamples, anySamples, (owners, thieves) => {
        const options = { seed: owners.length, resamples: 20 };
        const estimates = bootstrapByUser(owners, thieves, options);
        for (const { mean, low, high } of Object.values(estimates)) {
          expect([0, low, mean, high, 1].toSorted((a, b) => a - b)).toEqual([
            0,
            low,
            mean,
            high,
            1,
          ]);
        }
        expect(bootstrapByUser(owners, thieves, options)).toEqual(estimates);
      }),
    );
  });

  it('is another interval for another seed', () => {
    const of = (seed: number) => bootstrapByUser(honest, attacks, { seed, resamples: 50 });
    expect(of(2)).not.toEqual(of(1));
  });

  it('is as wide as theory says where each user has one sample', () => {
    // Hanley and McNeil: the standard error of an area, for one sample a user.
    const count = 400;
    const one = drawn({ name: 'one', users: count, each: 1, shift: 0 });
    const other = drawn({ name: 'other', users: count, each: 1, shift: 1 }).map((sample) => ({
      ...sample,
      user: sample.user + count,
    }));
    const estimate = bootstrapByUser(one, other, { seed: 3, resamples: 1_000 }).auc;
    const area = estimate.mean;
    const [q1, q2] = [area / (2 - area), (2 * area * area) / (1 + area)];
    const variance =
      (area * (1 - area) + (count - 1) * (q1 - area * area + q2 - area * area)) / (count * count);
    const expected = 2 * 1.96 * Math.sqrt(variance);
    expect(width(estimate) / expected).toBeGreaterThan(0.8);
    expect(width(estimate) / expected).toBeLessThan(1.2);
  });

  it('is wider where the logins of one user are alike than where they are of strangers', () => {
    const alike = drawn({ name: 'alike', users: 40, each: 50, shift: 0, ownShare: 0.9 });
    const strangers = alike.map((sample, user) => ({ ...sample, user }));
    const thieves = samplesOf(attacks.map(({ score }) => score)).map((sample) => ({
      ...sample,
      user: sample.user + 10_000,
    }));
    const of = (owners: readonly Sample[]) =>
      width(bootstrapByUser(owners, thieves, { seed: 1, resamples: 200 }).auc);
    expect(of(alike)).toBeGreaterThan(2 * of(strangers));
  });

  it('says nothing of an empty class', () => {
    const nothing = { mean: NaN, low: NaN, high: NaN };
    expect(bootstrapByUser(honest, [], { seed: 1, resamples: 5 })).toEqual({
      auc: nothing,
      recall1: nothing,
      recall5: nothing,
    });
  });

  it('takes a moment for a draw of five seeds of a full run', () => {
    const seeds = [1, 2, 3, 4, 5];
    const owners = seeds.flatMap((seed) =>
      drawn({ name: 'owners', users: 12_500, each: 2, shift: 0 }, seed),
    );
    const thieves = seeds.flatMap((seed) =>
      drawn({ name: 'thieves', users: 10_000, each: 1, shift: 2 }, seed),
    );
    const begun = performance.now();
    bootstrapByUser(owners, thieves, { seed: 1, resamples: 20 });
    const taken = performance.now() - begun;
    process.stdout.write(`20 draws of 175,000 samples: ${String(Math.round(taken))} ms\n`);
    expect(taken).toBeLessThan(8_000);
  });
});
