import { askRedis, fireAtRate, login, postOrBreak, type Check } from '@stepgate/testing';
import { atMost, count, decisionIn, isAllow, isDegraded, none } from '../redis/answers.js';
import { lockAccounts, lockingPolicy, logInto } from '../redis/lock.js';
import { millisecondsUntilReadiness } from '../redis/readiness.js';
import { onStage } from '../redis/stage.js';
import type { Scenario } from '../scenario.js';

/** Everything, or the shards of some accounts: whoever may delete may choose. */
const emptied = (port: number, how: 'all' | 'keys'): Promise<unknown> =>
  askRedis(port, async (client) => {
    if (how === 'all') return client.flushall();
    const keys = await client.keys('*');
    return client.del(...keys);
  });

export const flushall: Scenario = {
  name: 'flushall',
  promise: 'an emptied database is noticed and is nobody’s clean slate',
  limitSeconds: 120,
  run: ({ quick, log }) =>
    onStage(async (stage): Promise<Check[]> => {
      const redis = await stage.redis();
      const policies = await stage.policies({ locking: lockingPolicy });
      const checks: Check[] = [];
      for (const how of quick ? (['all'] as const) : (['all', 'keys'] as const)) {
        const deployment = await stage.deployment(redis.url, policies);
        const engine = await stage.engine(deployment);
        const api = stage.api(engine, deployment);
        const names = await lockAccounts(api, 20);
        let emptiedAt = Number.POSITIVE_INFINITY;
        const load = await fireAtRate({ perSecond: 100, seconds: 2 }, async (n) => {
          if (n === 50) {
            await emptied(redis.port, how);
            emptiedAt = performance.now();
          }
          const isAfter = performance.now() > emptiedAt;
          const answer = await postOrBreak(api, '/v1/decisions', login(`user-${String(n)}`));
          return { answer, isAfter };
        });
        const noticedMs = await millisecondsUntilReadiness(engine.url, 503);
        const locked = await logInto(api, names);
        const after = load.filter(({ isAfter }) => isAfter).map(({ answer }) => answer);
        log(
          `${how}: ${String(after.length)} logins afterwards, not ready after ${noticedMs.toFixed(0)} ms`,
        );
        checks.push(
          none(
            `decided as if new, ${how}`,
            count(after, (one) => !isDegraded(one)),
          ),
          none(`allowed afterwards, ${how}`, count(after, isAllow)),
          none(
            `without a decision, ${how}`,
            count(after, (one) => decisionIn(one) === null),
          ),
          none(`locked accounts let in, ${how}`, count(locked, isAllow)),
          atMost(`not ready after, ${how}, ms`, noticedMs, 2_000),
        );
      }
      return checks;
    }),
};
