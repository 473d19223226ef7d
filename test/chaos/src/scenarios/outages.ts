import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@stepgate/cli';
import type { Api, Check, RedisServer } from '@stepgate/testing';
import { startReceiver, startWorker, type Receiver } from '../redis/alert-worker.js';
import { atMost, count, none } from '../redis/answers.js';
import { denyingPolicy, fatigue } from '../redis/denials.js';
import { millisecondsUntilNormal } from '../redis/recovery.js';
import { onStage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

interface Scene {
  readonly redis: RedisServer;
  readonly api: Api;
  readonly receiver: Receiver;
  readonly victims: string[];
}

const attack = async ({ api, victims }: Scene, name: string, size: number): Promise<void> => {
  const attacked = Array.from({ length: size }, (_, n) => `${name}-${String(n)}`);
  victims.push(...attacked);
  await Promise.all(attacked.map((victim) => fatigue(() => api, victim)));
};

const playOutage = async (
  scene: Scene,
  seconds: number,
  { random, log }: ChaosContext,
): Promise<Check[]> => {
  const { redis, api, receiver } = scene;
  const name = `outage-${String(seconds)}`;
  // Some alerts are on their way when it begins.
  await attack(scene, `${name}-before`, 5);
  await delay(300 * random());
  await redis.kill();
  await delay(seconds * 1_000);
  await redis.restart();
  const startedAt = performance.now();
  const backMs = await millisecondsUntilNormal(api, `${name}-probe`);
  await attack(scene, `${name}-after`, 1);
  await waitUntil(() => receiver.taken.has(`${name}-after-0`), {
    timeoutMs: 40_000,
    what: () => `the worker does not deliver again after ${String(seconds)} s`,
  });
  const workerMs = performance.now() - startedAt;
  log(
    `${String(seconds)} s: decisions back after ${backMs.toFixed(0)} ms, alerts after ${workerMs.toFixed(0)} ms`,
  );
  return [
    atMost(`decisions back after ${String(seconds)} s, ms`, backMs, 2_000),
    atMost(`alerts delivered again after ${String(seconds)} s, ms`, workerMs, 10_000),
  ];
};

export const outages: Scenario = {
  name: 'outages',
  promise: 'after Redis was gone, decisions are back in 2 s and alerts in 10 s, and none is lost',
  limitSeconds: 300,
  run: (context) =>
    onStage(async (stage) => {
      const redis = await stage.redis();
      const policies = await stage.policies({ denying: denyingPolicy });
      const deployment = await stage.deployment(redis.url, policies);
      const engine = await stage.engine(deployment);
      const receiver = await startReceiver(stage);
      await startWorker(stage, { deployment, receiver });
      const scene = { redis, api: stage.api(engine, deployment), receiver, victims: [] };
      const checks: Check[] = [];
      for (const seconds of context.quick ? [1, 3] : [1, 6, 12, 60])
        checks.push(...(await playOutage(scene, seconds, context)));
      const missing = (): number =>
        count<string>(scene.victims, (victim) => !receiver.taken.has(victim));
      await waitUntil(() => missing() === 0, { timeoutMs: 30_000, what: () => 'alerts' }).catch(
        () => undefined,
      );
      return [
        ...checks,
        none('alerts that never came', missing()),
        none(
          'alerts under several ids',
          count([...receiver.opened.values()], ({ size }) => size !== 1),
        ),
      ];
    }),
};
