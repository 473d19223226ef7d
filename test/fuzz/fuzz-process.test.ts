import fc from 'fast-check';
import { keepInCorpus, readCorpus } from './corpus.js';
import { inputsOf } from './inputs.js';
import { promise, type FuzzTarget } from './target.js';
import { targets } from './targets/index.js';

/** `make fuzz` gives each target a minute; beside the other tests, each gets a moment. */
const seconds = Number(process.env['STEPGATE_FUZZ_SECONDS'] ?? 1.5);
const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 2 ** 31);
/** Of CPU, since the machine has other work too. Generous: backtracking takes minutes. */
const hangsMs = 4_000;

const tryOne = async (target: FuzzTarget, input: Buffer): Promise<number> => {
  const before = process.cpuUsage();
  await target.check(input);
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1_000;
  promise(tookMs <= hangsMs, `it took ${tookMs.toFixed(0)} ms`);
  promise(Object.keys(Object.prototype).length === 0, 'the prototype of all objects was changed');
  return tookMs;
};

const fuzz = async (target: FuzzTarget, starts: readonly Buffer[]): Promise<string> => {
  let [runs, slowest] = [0, 0];
  const property = fc.asyncProperty(inputsOf(target, starts), async (input) => {
    slowest = Math.max(slowest, await tryOne(target, input));
    runs += 1;
  });
  const result = await fc.check(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1_000,
    markInterruptAsFailure: false,
  });
  const [found] = result.counterexample ?? [];
  if (found !== undefined) {
    const file = keepInCorpus(target, found);
    throw new Error(
      `seed ${String(seed)}: ${String(result.errorInstance)}\nThe shrunk input is kept in ${file}; commit it with the fix.`,
    );
  }
  return `${target.name}: ${String(runs)} inputs, slowest ${slowest.toFixed(1)} ms`;
};

describe(`fuzzing (seed ${String(seed)}, ${String(seconds)} s each)`, () => {
  it.each(targets.map((target) => [target.name, target] as const))(
    '%s keeps its promises for the kept corpus and for what is made of it',
    async (_name, target) => {
      const corpus = readCorpus(target);
      expect(corpus.length).toBeGreaterThan(0);
      for (const input of corpus) await tryOne(target, input);
      const line = await fuzz(target, [...corpus, ...(target.starts?.() ?? [])]);
      if (process.env['STEPGATE_FUZZ_SECONDS'] !== undefined) process.stdout.write(`${line}\n`);
    },
    seconds * 1_000 + 120_000,
  );

  it('would notice a reader that throws, and shrinks what it throws at', async () => {
    const broken: FuzzTarget = {
      name: 'none',
      words: ['boom'],
      check: (input) => {
        promise(!input.includes('boom'), 'it threw');
      },
    };
    const inputs = inputsOf(broken, [Buffer.from('{}')]);
    const result = await fc.check(
      fc.asyncProperty(inputs, (input) => tryOne(broken, input).then(() => undefined)),
      { seed: 7, numRuns: 2_000 },
    );
    expect(result.failed).toBe(true);
    expect(String(result.errorInstance)).toContain('it threw');
    expect(result.counterexample?.[0].length).toBeLessThan(300);
  });
});
