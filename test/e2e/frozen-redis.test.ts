import { setTimeout as delay } from 'node:timers/promises';
import type { DecisionResponse } from '@stepgate/contracts';
import { waitUntil } from '@stepgate/cli';
import {
  createDeployment,
  startEngineProcess,
  startRedisServer,
  type Deployment,
  type EngineProcess,
  type RedisServer,
} from '@stepgate/testing';
import { createApi, login, type Answer, type Api } from './api.js';

const perSecond = 300;
const frozenSeconds = 4;

/** Far above what is promised, which `make chaos` holds to: a test machine may be slow, never hang. */
const hangsAfterMs = 2_000;

let redis: RedisServer;
let deployment: Deployment;
let engine: EngineProcess;
let api: Api;

beforeAll(async () => {
  redis = await startRedisServer();
  deployment = await createDeployment(redis.url);
  engine = await startEngineProcess(deployment);
  api = createApi(engine.url, deployment.apiKey);
}, 60_000);

afterAll(async () => {
  api.close();
  await engine.stop();
  await redis.stop();
  await deployment.remove();
});

/** Requests at a fixed rate, whether or not the earlier ones have been answered. */
const fireFor = async (seconds: number): Promise<Answer[]> => {
  const answers: Promise<Answer>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const dueIn = startedAt + (n * 1_000) / perSecond - performance.now();
    if (dueIn > 1) await delay(dueIn);
    answers.push(api.post('/v1/decisions', login(`user-${String(n)}`)));
  }
  return Promise.all(answers);
};

const decisionOf = ({ body }: Answer): DecisionResponse => body as DecisionResponse;
const isDegraded = (answer: Answer): boolean => decisionOf(answer).degraded.includes('state');

describe('a Redis that is frozen under load', () => {
  it('costs no answer: none hangs, all are marked degraded, and none is an allow', async () => {
    await fireFor(2);
    redis.freeze();
    const answers = await fireFor(frozenSeconds);
    const thawedAt = performance.now();
    redis.thaw();
    await waitUntil(async () => !isDegraded(await api.post('/v1/decisions', login('probe'))), {
      timeoutMs: 5_000,
      what: () => 'decisions stayed degraded',
    });
    const recoveredMs = performance.now() - thawedAt;
    const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const slowest = times.at(-1) ?? Infinity;
    console.info(
      `frozen: ${String(answers.length)} answers, p99 ${String(Math.round(times[Math.floor(times.length * 0.99)] ?? 0))} ms, ` +
        `max ${String(Math.round(slowest))} ms, recovered after ${String(Math.round(recoveredMs))} ms`,
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.filter((answer) => !isDegraded(answer))).toEqual([]);
    expect(answers.filter((answer) => decisionOf(answer).decision === 'allow')).toEqual([]);
    expect(slowest).toBeLessThan(hangsAfterMs);
  }, 60_000);
});
