import { join } from 'node:path';
import type { Instant } from '@stepgate/engine';
import { attackerNames, type SyntheticLogin } from '../login.js';
import type { JudgedLogin } from '../replay/replay-logins.js';
import { createInProcessPoint } from '../replay/in-process.js';
import { createHttpPoint, type EngineAddress } from '../replay/over-http.js';
import type { EvaluationResults } from '../results.js';
import { buildStream } from './build-stream.js';
import { differencesOf, judgeStream } from './judge-twice.js';
import { countLoweredByFailures } from './poisoned-scores.js';
import { isAdditive } from './score-stream.js';
import { loadSeedSources, type SeedSources } from './seed-sources.js';
import type { EvaluationPlaces, EvaluationSettings } from './settings.js';

export interface RunningEngine extends EngineAddress {
  stop(): Promise<void>;
}

/** Starts an engine in dev mode over a Redis of its own, with nothing in it. */
export type StartEngine = (wiring: {
  readonly policies: string;
  readonly reputation: string;
  readonly populationRefreshSeconds: number;
  readonly deviceTokenDays: number;
}) => Promise<RunningEngine>;

export interface EngineComparison {
  readonly agreement: EvaluationResults['agreement'];
  readonly invariants: EvaluationResults['invariants'];
}

/** Attempts of each attacker on which the failures are tried. */
const poisonedPerAttacker = 10;

interface Task {
  readonly places: EvaluationPlaces;
  readonly settings: EvaluationSettings;
  readonly signal: AbortSignal;
}

interface Prepared {
  readonly sources: SeedSources;
  readonly logins: readonly SyntheticLogin[];
  /** After the last of them. */
  readonly end: Instant;
}

const prepare = async ({ places, settings }: Task): Promise<Prepared> => {
  const [seed = 1] = settings.seeds;
  // The seed's own thread writes its lists at the same time.
  const scratch = join(places.scratch, 'comparison');
  const sources = await loadSeedSources(seed, { ...places, scratch }, settings);
  const { stream, population } = buildStream(
    seed,
    {
      users: settings.agreementUsers,
      attemptsPerAttacker: settings.agreementAttempts,
      usersPerHardNegative: Math.ceil(settings.agreementUsers / 20),
      waves: 1,
    },
    sources.stream,
  );
  return { sources, logins: stream.logins, end: population.end };
};

const withDevices = true;

const judgeOverHttp = async (
  { places, settings, signal }: Task,
  { sources, logins }: Prepared,
  startEngine: StartEngine,
): Promise<readonly JudgedLogin[]> => {
  const engine = await startEngine({
    policies: places.policies,
    reputation: sources.reputation,
    populationRefreshSeconds: settings.populationRefreshMs / 1_000,
    deviceTokenDays: settings.deviceTokenDays,
  });
  const remote = createHttpPoint(engine, signal);
  try {
    return await judgeStream(logins, remote, { withDevices });
  } finally {
    remote.close();
    await engine.stop();
  }
};

/**
 * A smaller stream of the first seed, judged by a real engine over HTTP and twice in the process: all
 * three must say the same of every login.
 */
export const compareEngines = async (
  task: Task,
  startEngine: StartEngine,
): Promise<EngineComparison> => {
  const prepared = await prepare(task);
  const { sources, logins, end } = prepared;
  const point = createInProcessPoint(sources.engine);
  const here = await judgeStream(logins, point, { withDevices });
  const again = await judgeStream(logins, createInProcessPoint(sources.engine), { withDevices });
  const there = await judgeOverHttp(task, prepared, startEngine);
  const attempts = attackerNames.flatMap((name) =>
    logins
      .filter(({ by }) => by.kind === 'attacker' && by.name === name)
      .slice(0, poisonedPerAttacker),
  );
  return {
    agreement: { compared: logins.length, disagreements: differencesOf(here, there) },
    invariants: {
      notAdditive: here.filter(({ judged }) => judged !== null && !isAdditive(judged)).length,
      notDeterministic: differencesOf(here, again).length,
      loweredByFailures: await countLoweredByFailures(attempts, point, end),
    },
  };
};
