import fc from 'fast-check';
import { medianReauthentications, thresholdFor, type Sample } from '../src/measures/index.js';
import { anySamples, samplesOf } from './measures-samples.js';

/** Scores by history size from 0. */
const loginsOf = (user: number, scores: readonly number[], seed = 1): Sample[] =>
  scores.map((score, history) => ({ user, score, history, seed }));

describe('the threshold for a true positive rate', () => {
  const hundred = samplesOf(Array.from({ length: 100 }, (_, n) => n));

  it.each([
    [1, 0],
    [0.98, 2],
    [0.29, 71],
    [0.985, 1],
  ])('of %p catches that share, and no lower one is needed', (rate, threshold) => {
    expect(thresholdFor(hundred, rate)).toBe(threshold);
  });

  it('catches at least the share, and the next higher score less, for any samples', () => {
    fc.assert(
      fc.property(anySamples, fc.double({ min: 0.01, max: 1, noNaN: true }), (attacks, rate) => {
        const threshold = thresholdFor(attacks, rate);
        const share = (caught: (score: number) => boolean): number =>
          attacks.filter(({ score }) => caught(score)).length / attacks.length;
        expect(share((score) => score >= threshold)).toBeGreaterThanOrEqual(rate - 1e-9);
        expect(share((score) => score > threshold)).toBeLessThan(rate);
      }),
    );
  });

  it('is not a number without attacks, and then nobody is counted', () => {
    expect(thresholdFor([], 0.99)).toBeNaN();
    expect(medianReauthentications(loginsOf(1, [9, 9]), NaN)).toEqual({});
  });
});

describe('the median of re-authentications', () => {
  it('counts up login by login, without the first', () => {
    expect(medianReauthentications(loginsOf(1, [9, 5, 0, 5, 0]), 5)).toEqual({
      '1': 1,
      '2': 1,
      '3': 2,
      '4': 2,
    });
  });

  it('is of the users that reach the size, so that it may fall', () => {
    const honest = [...loginsOf(1, [9, 9]), ...loginsOf(2, [9, 9]), ...loginsOf(3, [9, 0, 0])];
    expect(medianReauthentications(honest, 5)).toEqual({ '1': 1, '2': 0 });
  });

  it('lies between the two in the middle of an even number', () => {
    const honest = [...loginsOf(1, [9, 9]), ...loginsOf(2, [9, 0])];
    expect(medianReauthentications(honest, 5)).toEqual({ '1': 0.5 });
  });

  it('takes the same user of another seed for somebody else', () => {
    const honest = [...loginsOf(1, [9, 9, 9], 1), ...loginsOf(1, [9, 9, 9], 2)];
    expect(medianReauthentications(honest, 5)).toEqual({ '1': 1, '2': 2 });
  });

  it('counts nobody beyond a login that is missing', () => {
    const honest = loginsOf(1, [9, 9, 9, 9, 9]).filter(({ history }) => history !== 3);
    expect(medianReauthentications(honest, 5)).toEqual({ '1': 1, '2': 2 });
    expect(medianReauthentications(honest.slice(2), 5)).toEqual({});
  });

  it('ends at the largest size, whatever the order of the logins', () => {
    const honest = loginsOf(
      1,
      Array.from({ length: 60 }, () => 9),
    ).reverse();
    const medians = medianReauthentications(honest, 5);
    expect(Object.keys(medians)).toHaveLength(39);
    expect(medians['39']).toBe(39);
    expect(Object.keys(medianReauthentications(honest, 5, 12))).toHaveLength(12);
  });
});
