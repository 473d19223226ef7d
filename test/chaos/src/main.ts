import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printTable, writeReport, type Check } from '@stepgate/testing';
import { createRandom, seedFor } from './random.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios/index.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true },
    report: { type: 'string', default: 'chaos' },
  },
});

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Played {
  readonly scenario: Scenario;
  readonly checks: readonly Check[];
  readonly seconds: number;
}

const inTime = async <T>(scenario: Scenario, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not done after ${String(scenario.limitSeconds)} s`));
    }, scenario.limitSeconds * 1_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const play = async (scenario: Scenario, seed: number): Promise<Played> => {
  const startedAt = performance.now();
  print(`\n${scenario.name}: ${scenario.promise}`);
  const log = (line: string): void => {
    print(`  ${line}`);
  };
  const random = createRandom(seedFor(seed, scenario.name));
  const checks = await inTime(
    scenario,
    scenario.run({ quick: values.quick, seed, random, log }),
  ).catch((error: unknown): readonly Check[] => {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return [{ name: 'can be played', value: 'failed', target: 'yes', holds: false }];
  });
  for (const check of checks) {
    log(
      `${check.holds ? 'holds' : 'FAILS'}  ${check.name}: ${String(check.value)} (${check.target})`,
    );
  }
  return { scenario, checks, seconds: (performance.now() - startedAt) / 1_000 };
};

const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const chosen = scenarios.filter(
  ({ name }) => values.only === undefined || values.only.includes(name),
);
print(`seed ${String(seed)} (again with --seed ${String(seed)})${values.quick ? ', quick' : ''}`);
const played: Played[] = [];
for (const scenario of chosen) played.push(await play(scenario, seed));

const checks = played.flatMap(({ scenario, checks: own }) =>
  own.map((check) => ({ ...check, name: `${scenario.name}: ${check.name}` })),
);
await writeReport(root, values.report, {
  checks,
  figures: {
    seed,
    quick: values.quick,
    seconds: Object.fromEntries(played.map(({ scenario, seconds }) => [scenario.name, seconds])),
  },
});
print('');
printTable([
  ['check', 'value', 'target', ''],
  ...checks.map(({ name, value, target, holds }) => [
    name,
    String(value),
    target,
    holds ? 'holds' : 'FAILS',
  ]),
]);
const holds = checks.length > 0 && checks.every((check) => check.holds);
// What a scenario that was stopped has left open must not keep the run alive.
process.exit(holds ? 0 : 1);
