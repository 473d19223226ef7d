import { askRedis, type Check } from '@stepgate/testing';
import { atMost, equal } from '../redis/answers.js';
import { millisecondsUntilReadiness, readinessOf } from '../redis/readiness.js';
import { onStage } from '../redis/stage.js';
import type { Scenario } from '../scenario.js';

const setPolicy = (port: number, policy: string): Promise<unknown> =>
  askRedis(port, (client) => client.config('SET', 'maxmemory-policy', policy));

export const eviction: Scenario = {
  name: 'eviction',
  promise: 'an engine whose Redis may drop locks says within a minute that it is not fit to serve',
  limitSeconds: 180,
  run: ({ quick }) =>
    onStage(async (stage): Promise<Check[]> => {
      const redis = await stage.redis();
      const deployment = await stage.deployment(redis.url);
      // The short version looks every second; the long one waits for what is shipped.
      const env: Readonly<Record<string, string>> = quick
        ? { STEPGATE_STATE_WATCH_SECONDS: '1' }
        : {};
      const engine = await stage.engine(deployment, { env });
      const before = await readinessOf(engine.url);
      await setPolicy(redis.port, 'allkeys-lru');
      const noticedMs = await millisecondsUntilReadiness(engine.url, 503);
      await setPolicy(redis.port, 'noeviction');
      const mendedMs = await millisecondsUntilReadiness(engine.url, 200);
      return [
        equal('ready with noeviction', before, 200),
        atMost('not ready after, s', noticedMs / 1_000, 60),
        atMost('ready again after, s', mendedMs / 1_000, 60),
      ];
    }),
};
