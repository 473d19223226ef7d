import { askRedis, fireAtRate, login, postOrBreak, type Check } from '@stepgate/testing';
import { quantile } from '../http/quantile.js';
import {
  atMost,
  count,
  decisionIn,
  isAllow,
  isDegraded,
  isNormal,
  none,
} from '../redis/answers.js';
import { lockAccounts, lockingPolicy, logInto } from '../redis/lock.js';
import { millisecondsUntilNormal } from '../redis/recovery.js';
import { onStage } from '../redis/stage.js';
import type { Scenario } from '../scenario.js';

const setLimit = (port: number, limit: string): Promise<unknown> =>
  askRedis(port, (client) => client.config('SET', 'maxmemory', limit));

export const maxmemory: Scenario = {
  name: 'maxmemory',
  promise: 'a full Redis lets nobody in, and no lock is lost for it',
  limitSeconds: 120,
  run: ({ quick, log }) =>
    onStage(async (stage): Promise<Check[]> => {
      const redis = await stage.redis();
      const policies = await stage.policies({ locking: lockingPolicy });
      const deployment = await stage.deployment(redis.url, policies);
      const engine = await stage.engine(deployment);
      const api = stage.api(engine, deployment);
      const names = await lockAccounts(api, quick ? 10 : 100);
      const seconds = quick ? 2 : 8;
      const load = fireAtRate({ perSecond: 100, seconds }, async (n) => {
        // In the middle of it, and for good: less than is in use already.
        if (n === 50) await setLimit(redis.port, '1mb');
        return postOrBreak(api, '/v1/decisions', login(`user-${String(n)}`));
      });
      const answers = await load;
      const whileFull = await logInto(api, names);
      await setLimit(redis.port, '0');
      const backMs = await millisecondsUntilNormal(api, 'probe');
      const afterwards = await logInto(api, names, true);
      const refused = answers.filter(isDegraded);
      log(
        `${String(answers.length)} logins, ${String(refused.length)} degraded, back after ${backMs.toFixed(0)} ms`,
      );
      return [
        none(
          'without a decision',
          count(answers, (answer) => decisionIn(answer) === null),
        ),
        none(
          'degraded and allowed',
          count(answers, (one) => isDegraded(one) && isAllow(one)),
        ),
        none('full and never degraded', Number(refused.length === 0)),
        none('locked accounts let in while it was full', count(whileFull, isAllow)),
        none(
          'locks lost',
          count(afterwards, (one) => !isNormal(one) || decisionIn(one)?.decision !== 'deny'),
        ),
        atMost(
          'p99, ms',
          quantile(
            answers.map(({ ms }) => ms),
            0.99,
          ),
          150,
        ),
        atMost('until decisions were back, ms', backMs, 2_000),
      ];
    }),
};
