import { fireAtRate, type Api, type Check, type RedisServer } from '@stepgate/testing';
import { atLeast, count, none } from '../redis/answers.js';
import { deny, denyingPolicy, lostAmong, type Denial } from '../redis/denials.js';
import { millisecondsUntilNormal } from '../redis/recovery.js';
import { onStage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const perSecond = 320;

/** Load, a kill somewhere in it, the load goes on; then Redis comes back with what it wrote. */
const playKill = async (
  { api, redis }: { readonly api: Api; readonly redis: RedisServer },
  { random }: ChaosContext,
  name: string,
): Promise<readonly Denial[]> => {
  const killAfter = Math.floor(perSecond * (0.5 + 0.7 * random()));
  let killed: Promise<void> | undefined;
  const denials = await fireAtRate({ perSecond, seconds: killAfter / perSecond + 0.2 }, (n) => {
    if (n === killAfter) killed = redis.kill();
    return deny(api, `${name}-${String(n)}`, n);
  });
  await killed;
  await redis.restart();
  await millisecondsUntilNormal(api, `${name}-probe`);
  return denials;
};

const judge = (denials: readonly Denial[], lost: number): Check[] => {
  const durable = count(denials, (denial) => denial.durable);
  return [
    none('lost among those called durable', lost),
    // Enough of them that the first line says something; how many more depends on the machine.
    atLeast('called durable, %', (100 * durable) / denials.length, 60),
    none(
      'without an answer',
      count(denials, (denial) => !denial.answered && denial.decisionId !== null),
    ),
  ];
};

export const killRedis: Scenario = {
  name: 'kill-redis',
  promise: 'a denial that was called durable outlives kill -9 of Redis',
  limitSeconds: 400,
  run: (context) =>
    onStage(async (stage) => {
      const redis = await stage.redis();
      const policies = await stage.policies({ denying: denyingPolicy });
      const deployment = await stage.deployment(redis.url, policies);
      const engine = await stage.engine(deployment);
      const api = stage.api(engine, deployment);
      // The first answers of a process are slow, and what is slow is not called durable.
      await fireAtRate({ perSecond, seconds: 1.5 }, (n) => deny(api, `warm-${String(n)}`, n));
      const denials: Denial[] = [];
      const kills = context.quick ? 2 : 20;
      for (let n = 0; n < kills; n += 1)
        denials.push(...(await playKill({ api, redis }, context, `kill-${String(n)}`)));
      const lost = await lostAmong(api, denials);
      const durable = count(denials, (denial) => denial.durable);
      context.log(
        `${String(kills)} kills, ${String(denials.length)} denials, ${String(durable)} called durable`,
      );
      return judge(denials, lost);
    }),
};
