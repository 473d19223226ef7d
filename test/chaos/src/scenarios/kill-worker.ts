import type { ServerResponse } from 'node:http';
import { waitUntil } from '@stepgate/cli';
import type { Check } from '@stepgate/testing';
import { startReceiver, startWorker, type Receiver } from '../redis/alert-worker.js';
import { count, equal, none } from '../redis/answers.js';
import { denyingPolicy, fatigue } from '../redis/denials.js';
import { killProcess } from '../redis/kill.js';
import { onStage } from '../redis/stage.js';
import type { Scenario } from '../scenario.js';

const perKill = 6;

/** Takes most deliveries and leaves one in the air: while it hangs, the worker is killed. */
const createTrap = () => {
  const trap = { armedAt: Number.POSITIVE_INFINITY, seen: 0, caught: 0 };
  return {
    caught: () => trap.caught,
    arm: (after: number): void => {
      trap.armedAt = trap.seen + after;
    },
    judge: (response: ServerResponse): void => {
      trap.seen += 1;
      if (trap.seen < trap.armedAt) {
        response.writeHead(204).end();
        return;
      }
      trap.armedAt = Number.POSITIVE_INFINITY;
      trap.caught += 1;
    },
  };
};

const judge = (receiver: Receiver, victims: readonly string[]): Check[] => [
  none(
    'alerts that never came',
    count(victims, (victim) => !receiver.taken.has(victim)),
  ),
  none(
    'alerts under several ids',
    count([...receiver.opened.values()], ({ size }) => size !== 1),
  ),
  equal('alerts', receiver.opened.size, victims.length),
];

export const killWorker: Scenario = {
  name: 'kill-worker',
  promise:
    'every alert arrives, each under one id, however often the worker is killed while it delivers',
  limitSeconds: 400,
  run: ({ quick, random, log }) =>
    onStage(async (stage) => {
      const kills = quick ? 2 : 20;
      const redis = await stage.redis();
      const policies = await stage.policies({ denying: denyingPolicy });
      const deployment = await stage.deployment(redis.url, policies);
      const engine = await stage.engine(deployment);
      const api = stage.api(engine, deployment);
      const trap = createTrap();
      const receiver = await startReceiver(stage, trap.judge);
      const victims: string[] = [];
      for (let n = 1; n <= kills; n += 1) {
        const worker = await startWorker(stage, { deployment, receiver });
        trap.arm(1 + Math.floor(random() * perKill));
        const attacked = Array.from(
          { length: perKill },
          (_, m) => `victim-${String(n)}-${String(m)}`,
        );
        victims.push(...attacked);
        await Promise.all(attacked.map((victim) => fatigue(() => api, victim)));
        await waitUntil(() => trap.caught() === n, {
          timeoutMs: 30_000,
          what: () => `nothing was delivered:\n${worker.process.lastOutput()}`,
        });
        await killProcess(worker.process);
      }
      await startWorker(stage, { deployment, receiver });
      const missing = (): number => count(victims, (victim) => !receiver.taken.has(victim));
      await waitUntil(() => missing() === 0, { timeoutMs: 60_000, what: () => 'alerts' }).catch(
        () => undefined,
      );
      log(
        `${String(kills)} kills, ${String(victims.length)} alerts, ${String(receiver.deliveries())} deliveries`,
      );
      return judge(receiver, victims);
    }),
};
