/** One seed for all properties of a run, told when one fails; STEPGATE_TEST_SEED repeats it. */
export const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 0x7fffffff);
