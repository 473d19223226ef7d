import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@stepgate/cli';
import {
  fireAtRate,
  fireInLanes,
  type Api,
  type Check,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';
import { startReceiver, startWorker } from '../redis/alert-worker.js';
import { atLeast, count, none } from '../redis/answers.js';
import { deny, denyingPolicy, fatigue, lostAmong, type Denial } from '../redis/denials.js';
import { killProcess } from '../redis/kill.js';
import { onStage, type Stage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const perSecond = 200;

interface Running {
  engine: EngineProcess;
  api: Api;
}

const startNext = async (stage: Stage, deployment: Deployment): Promise<Running> => {
  const engine = await stage.engine(deployment);
  const api = stage.api(engine, deployment);
  // The first answers of a process are slow, and what is slow is not called durable.
  await fireInLanes({ lanes: 4, calls: 150 }, (n) => deny(api, `warm-${String(n)}`, n));
  return { engine, api };
};

/** Load on an engine that is killed in the middle of it; its successor is there already. */
const playKill = async (
  current: Running,
  next: Running,
  { random, name }: Pick<ChaosContext, 'random'> & { readonly name: string },
): Promise<readonly Denial[]> => {
  const { engine, api } = current;
  const load = fireAtRate({ perSecond, seconds: 1 }, (n) => deny(api, `${name}-${String(n)}`, n));
  await delay(200 + 600 * random());
  await killProcess(engine.process);
  Object.assign(current, next);
  return load;
};

export const killEngine: Scenario = {
  name: 'kill-engine',
  promise: 'what an engine answered outlives kill -9 of it, and every alert that is owed arrives',
  limitSeconds: 400,
  run: (context) =>
    onStage(async (stage) => {
      const kills = context.quick ? 2 : 20;
      const redis = await stage.redis();
      const policies = await stage.policies({ denying: denyingPolicy });
      const deployment = await stage.deployment(redis.url, policies);
      const receiver = await startReceiver(stage);
      await startWorker(stage, { deployment, receiver });
      const current = await startNext(stage, deployment);
      const victims: string[] = [];
      const denials: Denial[] = [];
      for (let n = 0; n < kills; n += 1) {
        const next = await startNext(stage, deployment);
        const attacked = Array.from({ length: 10 }, (_, m) => `victim-${String(n)}-${String(m)}`);
        victims.push(...attacked);
        const attacks = attacked.map((victim) => fatigue(() => current.api, victim));
        const name = `kill-${String(n)}`;
        denials.push(...(await playKill(current, next, { random: context.random, name })));
        await Promise.all(attacks);
      }
      return judge(context, current.api, { victims, denials, receiver });
    }),
};

const judge = async (
  { log }: ChaosContext,
  api: Api,
  seen: {
    readonly victims: readonly string[];
    readonly denials: readonly Denial[];
    readonly receiver: Awaited<ReturnType<typeof startReceiver>>;
  },
): Promise<Check[]> => {
  const { victims, denials, receiver } = seen;
  const missing = (): number => count(victims, (victim) => !receiver.taken.has(victim));
  await waitUntil(() => missing() === 0, { timeoutMs: 20_000, what: () => 'alerts' }).catch(
    () => undefined,
  );
  const durable = count(denials, (denial) => denial.durable);
  log(
    `${String(denials.length)} denials, ${String(durable)} called durable, ${String(victims.length)} alerts owed`,
  );
  return [
    none('lost among those called durable', await lostAmong(api, denials)),
    atLeast('called durable, %', (100 * durable) / denials.length, 20),
    none('alerts that never came', missing()),
    none(
      'alerts under several ids',
      count([...receiver.opened.values()], ({ size }) => size > 1),
    ),
  ];
};
