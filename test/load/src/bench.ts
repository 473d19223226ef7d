import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startDevRedis } from '@stepgate/cli';
import {
  createDeployment,
  printTable,
  writeReport,
  type Check,
  type Deployment,
} from '@stepgate/testing';
import { Redis } from 'ioredis';
import { startBareApp, startEngine, type Contestant } from './contestants.js';
import { cpuMicroseconds } from './cpu-time.js';
import { onCore, pinned } from './pin.js';
import { seedHistory } from './seed-history.js';
import { median, round } from './statistics.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** How fast a process runs is settled when it warms up: fresh ones tell more than further rounds. */
const launches = 3;
const roundsPerLaunch = 3;
/** A service runs for weeks: nobody is measured before its code is compiled. */
const launchWarmUpSeconds = 10;
const warmUpSeconds = 1;
const roundSeconds = 4;
const connections = 64;
const loadCore = 1;

interface Round {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerRequest: number | null;
}

interface Shot {
  readonly requests: number;
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

const run = promisify(execFile);

const fire = async (target: Contestant, apiKey: string, seconds: number): Promise<Shot> => {
  const entry = fileURLToPath(new URL('./fire.js', import.meta.url));
  const [command = process.execPath, ...args] = [
    ...onCore(loadCore),
    ...[process.execPath, entry, target.url, apiKey, String(seconds), String(connections)],
  ];
  const { stdout } = await run(command, args);
  const shot: Shot = JSON.parse(stdout);
  if (shot.failed > 0) throw new Error(`${target.name}: ${String(shot.failed)} requests failed`);
  return shot;
};

const playRound = async (target: Contestant, apiKey: string): Promise<Round> => {
  await fire(target, apiKey, warmUpSeconds);
  const before = await cpuMicroseconds(target.pid);
  const shot = await fire(target, apiKey, roundSeconds);
  const after = await cpuMicroseconds(target.pid);
  const cpuPerRequest =
    before === null || after === null ? null : (after - before) / Math.max(1, shot.requests);
  return { rps: shot.rps, p50: shot.p50, p99: shot.p99, cpuPerRequest };
};

interface RedisCost {
  readonly microsecondsPerDecision: number;
  readonly scriptCallsPerDecision: number;
}

const evalshaStats = async (
  redis: Redis,
): Promise<{ calls: number; usec: number; all: number }> => {
  const info = await redis.info('commandstats');
  const stat = (name: string): RegExpExecArray | null =>
    new RegExp(`cmdstat_${name}:calls=(\\d+),usec=(\\d+)`).exec(info);
  const script = stat('evalsha');
  // Commands inside scripts are counted by themselves too; only what the client sends is summed.
  const sent = ['evalsha', 'set', 'get'].map((name) => Number(stat(name)?.[2] ?? 0));
  return {
    calls: Number(script?.[1] ?? 0),
    usec: Number(script?.[2] ?? 0),
    all: sent.reduce((sum, usec) => sum + usec, 0),
  };
};

/** Redis's own account of one decision, over a run of the engine alone. */
const measureRedis = async (
  engine: Contestant,
  { redisUrl, apiKey }: { redisUrl: string; apiKey: string },
): Promise<RedisCost> => {
  const redis = new Redis(redisUrl);
  await redis.config('RESETSTAT');
  const shot = await fire(engine, apiKey, roundSeconds);
  const { calls, usec } = await evalshaStats(redis);
  redis.disconnect();
  return {
    microsecondsPerDecision: usec / shot.requests,
    scriptCallsPerDecision: calls / shot.requests,
  };
};

type Figures = Readonly<Record<string, readonly Round[]>>;

const medianOf = (figures: Figures, name: string, pick: (round: Round) => number): number =>
  median((figures[name] ?? []).map(pick));

/** Ratio round by round, so that a slow minute of the machine falls on both sides of it. */
const pairedRatio = (figures: Figures, name: string): number =>
  median(
    (figures['stepgate'] ?? []).map((own, index) => own.rps / (figures[name]?.[index]?.rps ?? NaN)),
  );

const checksOf = (figures: Figures, redis: RedisCost): Check[] => {
  const tuned = pairedRatio(figures, 'bare tuned');
  const stock = pairedRatio(figures, 'bare stock');
  const { microsecondsPerDecision: redisTime, scriptCallsPerDecision: calls } = redis;
  return [
    {
      name: 'throughput / bare tuned app',
      value: round(tuned, 3),
      target: '>= 0.4',
      holds: tuned >= 0.4,
    },
    {
      name: 'throughput / bare stock app',
      value: round(stock, 3),
      target: '>= 0.8',
      holds: stock >= 0.8,
    },
    {
      name: 'Redis time per decision (us)',
      value: round(redisTime, 1),
      target: '<= 60',
      holds: redisTime <= 60,
    },
    {
      name: 'script calls per decision',
      // Requests under way at the end of a run are counted by Redis and not by the load.
      value: round(calls, 1),
      target: '<= 3',
      holds: round(calls, 1) <= 3,
    },
  ];
};

const print = (figures: Figures, checks: readonly Check[]): void => {
  const cell = (name: string, pick: (round: Round) => number, digits = 0): string =>
    round(medianOf(figures, name, pick), digits).toString();
  printTable([
    ['medians', 'requests/s', 'CPU us/request', 'p50 ms', 'p99 ms'],
    ...Object.keys(figures).map((name) => [
      name,
      cell(name, ({ rps }) => rps),
      cell(name, ({ cpuPerRequest }) => cpuPerRequest ?? NaN, 1),
      cell(name, ({ p50 }) => p50, 1),
      cell(name, ({ p99 }) => p99, 1),
    ]),
  ]);
  process.stdout.write('\n');
  printTable([
    ['check', 'value', 'target', 'holds'],
    ...checks.map(({ name, value, target, holds }) => [
      name,
      String(value),
      target,
      holds ? 'yes' : 'NO',
    ]),
  ]);
};

interface Bed {
  readonly deployment: Deployment;
  readonly redisUrl: string;
}

/** One launch of all contestants and its rounds, in turn, so that a slow minute falls on all of them. */
const playLaunch = async (
  { deployment, redisUrl }: Bed,
  figures: Record<string, Round[]>,
): Promise<RedisCost> => {
  const { apiKey } = deployment;
  const contestants: Contestant[] = [];
  try {
    const engine = await startEngine(deployment);
    contestants.push(engine);
    await seedHistory(engine.url, apiKey);
    contestants.push(await startBareApp('tuned', redisUrl));
    contestants.push(await startBareApp('stock', redisUrl));
    for (const contestant of contestants) await fire(contestant, apiKey, launchWarmUpSeconds);
    for (let n = 0; n < roundsPerLaunch; n += 1) {
      for (const contestant of contestants) {
        const played = await playRound(contestant, apiKey);
        (figures[contestant.name] ??= []).push(played);
      }
    }
    return await measureRedis(engine, { redisUrl, apiKey });
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.stop()));
  }
};

const bench = async (): Promise<boolean> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-bench-'));
  const redis = await startDevRedis(directory);
  if (redis.embedded) throw new Error('The bench needs a real Redis; see `make bench`.');
  const deployment = await createDeployment(redis.url);
  try {
    const figures: Record<string, Round[]> = {};
    const costs: RedisCost[] = [];
    for (let n = 1; n <= launches; n += 1) {
      costs.push(await playLaunch({ deployment, redisUrl: redis.url }, figures));
      process.stdout.write(`launch ${String(n)} of ${String(launches)} done\n`);
    }
    const redisCost: RedisCost = {
      microsecondsPerDecision: median(costs.map((cost) => cost.microsecondsPerDecision)),
      scriptCallsPerDecision: median(costs.map((cost) => cost.scriptCallsPerDecision)),
    };
    const checks = checksOf(figures, redisCost);
    await writeReport(root, 'bench', { checks, figures: { pinned, rounds: figures, costs } });
    print(figures, checks);
    return checks.every(({ holds }) => holds);
  } finally {
    await redis.stop();
    await deployment.remove();
    await rm(directory, { recursive: true, force: true });
  }
};

process.exitCode = (await bench()) ? 0 : 1;
