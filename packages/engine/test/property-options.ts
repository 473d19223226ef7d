import type { Parameters } from 'fast-check';

/**
 * One seed for all properties of a run. It is printed with a failure; STEPGATE_TEST_SEED runs the
 * same cases again.
 */
const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 0x7fffffff);

export const propertyOptions = (
  numRuns: number,
): Pick<Parameters<unknown>, 'seed' | 'numRuns'> => ({
  seed,
  numRuns,
});
