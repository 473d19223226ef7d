import fc from 'fast-check';
import { auc, recallAt, riskScoreRelation, rocPoints } from '../src/measures/index.js';
import { createRandom } from '../src/population/random.js';
import { anySamples, aucByPairs, recallByThresholds, samplesOf } from './measures-samples.js';

const noisy = (count: number, name: string, shift: number) => {
  const random = createRandom(name);
  return samplesOf(Array.from({ length: count }, () => random.normal() + shift));
};

describe('the area under the curve', () => {
  it.each<[string, { readonly honest: number[]; readonly attacks: number[] }, number]>([
    ['all attacks above', { honest: [1, 2], attacks: [3, 4] }, 1],
    ['all attacks below', { honest: [3, 4], attacks: [1, 2] }, 0],
    ['all alike', { honest: [1, 1, 1], attacks: [1, 1] }, 0.5],
    ['three of four pairs won', { honest: [1, 3], attacks: [2, 4] }, 0.75],
    ['a tie for half', { honest: [1, 2], attacks: [2] }, 0.75],
    ['two zeros of two signs', { honest: [0], attacks: [-0] }, 0.5],
    ['infinite scores', { honest: [-Infinity, 0], attacks: [Infinity, 0] }, 0.875],
  ])('of %s', (_, { honest, attacks }, area) => {
    expect(auc(samplesOf(honest), samplesOf(attacks))).toBe(area);
  });

  it('is the share of pairs won, ties half, for any samples', () => {
    fc.assert(
      fc.property(anySamples, anySamples, (honest, attacks) => {
        expect(auc(honest, attacks)).toBeCloseTo(aucByPairs(honest, attacks), 12);
      }),
    );
  });

  it('is what is left of 1 when the classes change places', () => {
    fc.assert(
      fc.property(anySamples, anySamples, (honest, attacks) => {
        expect(auc(attacks, honest)).toBeCloseTo(1 - auc(honest, attacks), 12);
      }),
    );
  });

  it('depends on the order of scores alone', () => {
    const scores = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(scores, scores, (honest, attacks) => {
        const stretch = (values: readonly number[]) => samplesOf(values.map((x) => Math.exp(x)));
        expect(auc(stretch(honest), stretch(attacks))).toBe(
          auc(samplesOf(honest), samplesOf(attacks)),
        );
      }),
    );
  });

  it('is not a number without a class, and refuses a score that is none', () => {
    expect(auc(samplesOf([1]), [])).toBeNaN();
    expect(auc([], samplesOf([1]))).toBeNaN();
    expect(() => auc(samplesOf([1, NaN]), samplesOf([1]))).toThrow(RangeError);
  });
});

describe('the recall at a false positive rate', () => {
  const hundred = samplesOf(Array.from({ length: 100 }, (_, n) => n));

  it.each<[string, { readonly rate: number; readonly attacks: number[] }, number]>([
    ['one of a hundred may be asked', { rate: 0.01, attacks: [98, 98.5, 99, 200] }, 0.75],
    ['29 of a hundred may be asked, in spite of rounding', { rate: 0.29, attacks: [70, 71] }, 0.5],
    ['nobody may be asked', { rate: 0, attacks: [99, 99.5] }, 0.5],
    ['all may be asked', { rate: 1, attacks: [-5, 0] }, 1],
  ])('when %s', (_, { rate, attacks }, recall) => {
    expect(recallAt(hundred, samplesOf(attacks), rate)).toBe(recall);
  });

  it('asks no part of a tie that is too large as a whole', () => {
    const honest = samplesOf([...Array.from({ length: 98 }, () => 0), 5, 5]);
    expect(recallAt(honest, samplesOf([5, 6]), 0.01)).toBe(0.5);
    expect(recallAt(honest, samplesOf([5, 6]), 0.02)).toBe(1);
  });

  it('is the best that any threshold within the rate has, for any samples', () => {
    const anyRate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anySamples, fc.tuple(anySamples, anyRate), (honest, [attacks, rate]) => {
        expect(recallAt(honest, attacks, rate)).toBeCloseTo(
          recallByThresholds(honest, attacks, rate),
          12,
        );
      }),
    );
  });

  it('is not a number without a class', () => {
    expect(recallAt(hundred, [], 0.01)).toBeNaN();
    expect(recallAt([], hundred, 0.01)).toBeNaN();
  });
});

describe('the curve', () => {
  const areaBelow = (points: readonly (readonly [number, number])[]): number =>
    points
      .slice(1)
      .reduce((sum, [x, y], n) => sum + ((x - points[n]![0]) * (y + points[n]![1])) / 2, 0);

  it('has a corner for every score', () => {
    expect(rocPoints(samplesOf([1, 2]), samplesOf([2, 3]))).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 1],
      [1, 1],
    ]);
  });

  it('has the area below it that pairs have, for any samples', () => {
    fc.assert(
      fc.property(anySamples, anySamples, (honest, attacks) => {
        expect(areaBelow(rocPoints(honest, attacks))).toBeCloseTo(auc(honest, attacks), 10);
      }),
    );
  });

  it('rises from [0, 0] to [1, 1] in no more points than asked for', () => {
    const anyMost = fc.integer({ min: 2, max: 12 });
    fc.assert(
      fc.property(fc.tuple(anySamples, anySamples), anyMost, ([honest, attacks], most) => {
        const points = rocPoints(honest, attacks, most);
        expect(points.length).toBeLessThanOrEqual(most);
        expect([points[0], points.at(-1)]).toEqual([
          [0, 0],
          [1, 1],
        ]);
        for (const axis of [0, 1] as const) {
          const along = points.map((point) => point[axis]);
          expect(along).toEqual([...along].sort((x, y) => x - y));
        }
      }),
    );
  });

  it('keeps its shape in 200 points, and its left end most of all', () => {
    const [honest, attacks] = [noisy(20_000, 'honest', 0), noisy(10_000, 'attacks', 2)];
    const points = rocPoints(honest, attacks);
    expect(points.length).toBeLessThanOrEqual(200);
    expect(areaBelow(points)).toBeCloseTo(auc(honest, attacks), 3);
    expect(points.filter(([x]) => x > 0 && x <= 0.01).length).toBeGreaterThan(30);
  });

  it('is empty without a class', () => {
    expect(rocPoints([], samplesOf([1]))).toEqual([]);
  });
});

describe('the relation of mean scores', () => {
  it('is that of attempts to honest logins', () => {
    expect(riskScoreRelation(samplesOf([1, 3]), samplesOf([5, 7]))).toBe(3);
  });

  it.each([
    ['an honest score below zero', [-1, 3], [5]],
    ['a score of an attempt below zero', [1], [-5, 9]],
    ['honest logins that all score zero', [0, 0], [1]],
    ['no attempts', [1], []],
  ])('says nothing with %s', (_, honest, attacks) => {
    expect(riskScoreRelation(samplesOf(honest), samplesOf(attacks))).toBeNull();
  });
});
