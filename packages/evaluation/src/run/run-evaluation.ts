import { attackerNames, hardNegativeNames, sequenceNames } from '../login.js';
import type { EvaluationResults } from '../results.js';
import { runTravelScenarios } from '../travel/run-scenarios.js';
import { checksOf } from './checks.js';
import { compareEngines, type EngineComparison, type StartEngine } from './compare-engines.js';
import {
  groupOfAttacker,
  measureAblation,
  measureAttackers,
  recordOf,
} from './measure-attackers.js';
import { measureImpact } from './measure-impact.js';
import { outcomesByLogin, outcomesOf } from './samples.js';
import type { Scores } from './scores.js';
import { runSeeds } from './run-seeds.js';
import type { ScoredSeed } from './score-seed.js';
import type { EvaluationPlaces, EvaluationSettings } from './settings.js';

export interface Evaluation {
  readonly places: EvaluationPlaces;
  readonly settings: EvaluationSettings;
  readonly startEngine: StartEngine;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

const loginsShown = 40;

const outcomesIn = (all: readonly Scores[]): EvaluationResults['outcomes'] => ({
  owner: outcomesOf(all, 'owner', true),
  byLoginNumber: outcomesByLogin(all, loginsShown),
  attackers: recordOf(attackerNames, (name) => outcomesOf(all, groupOfAttacker(name), true)),
  hardNegatives: recordOf(hardNegativeNames, (name) =>
    outcomesOf(all, `hard_negative ${name}`, false),
  ),
  sequences: recordOf(sequenceNames, (name) => outcomesOf(all, `sequence ${name}`, false)),
});

const populationIn = (
  [first, ...others]: readonly ScoredSeed[],
  settings: EvaluationSettings,
): EvaluationResults['population'] => ({
  users: settings.users,
  logins: others.reduce((sum, { logins }) => sum + logins, first?.logins ?? 0),
  attemptsPerAttacker: settings.attemptsPerAttacker,
  parameters: first?.parameters ?? {},
  statistics: first?.statistics ?? {},
});

const measured = (
  seeds: readonly ScoredSeed[],
  compared: EngineComparison,
  settings: EvaluationSettings,
): Omit<EvaluationResults, 'checks' | 'seconds'> => {
  const all = seeds.map(({ scores }) => scores);
  const { cases, falseAlarms, misses } = runTravelScenarios();
  return {
    quick: settings.quick,
    seeds: settings.seeds,
    population: populationIn(seeds, settings),
    attackers: measureAttackers(all, settings),
    outcomes: outcomesIn(all),
    disparateImpact: measureImpact(all, settings),
    ablation: measureAblation(all),
    travel: { cases, falseAlarms, misses },
    agreement: compared.agreement,
    invariants: {
      ...compared.invariants,
      notAdditive: seeds.reduce(
        (sum, { notAdditive }) => sum + notAdditive,
        compared.invariants.notAdditive,
      ),
    },
  };
};

/** All of it: every seed in threads of its own, the engine over HTTP beside them, then the measures. */
export const runEvaluation = async ({
  places,
  settings,
  startEngine,
  onProgress,
  signal,
}: Evaluation): Promise<EvaluationResults> => {
  const startedAt = performance.now();
  const secondsSince = (): number => Math.round((performance.now() - startedAt) / 100) / 10;
  const tell = (what: string): void => {
    onProgress(`${String(secondsSince())} s: ${what}`);
  };
  const tasks = settings.seeds.map((seed) => ({ seed, places, settings }));
  const compare = async (): Promise<EngineComparison> => {
    const compared = await compareEngines({ places, settings, signal }, startEngine);
    tell(`${String(compared.agreement.compared)} decisions compared with an engine over HTTP`);
    return compared;
  };
  const [compared, seeds] = await Promise.all([
    compare(),
    runSeeds(tasks, {
      signal,
      onDone: (seed) => {
        tell(`seed ${String(seed)} scored`);
      },
    }),
  ]);
  const results = { ...measured(seeds, compared, settings), seconds: secondsSince() };
  return { ...results, checks: checksOf(results) };
};
