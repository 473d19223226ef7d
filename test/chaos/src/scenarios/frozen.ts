import {
  fireAtRate,
  login,
  postOrBreak,
  type Answer,
  type Api,
  type Check,
} from '@stepgate/testing';
import { megabytes, sampleOf, scrape } from '../http/process-metrics.js';
import { quantile } from '../http/quantile.js';
import { atMost, count, decisionIn, equal, isAllow, isDegraded, none } from '../redis/answers.js';
import { limitCounts } from '../redis/interference.js';
import { millisecondsUntilNormal } from '../redis/recovery.js';
import { onStage } from '../redis/stage.js';
import type { Scenario } from '../scenario.js';

const perSecond = 300;

/** Each attempt of a new subject leaves one limit behind: what counts late is seen. */
const policy = `stepgate: v1
policy: counting
limits:
  - { name: attempts, per: subject, max: 1000, window: 1h, decision: deny }
`;

const rssOf = async (url: string): Promise<number> =>
  megabytes(sampleOf(await scrape(url), 'process_resident_memory_bytes'));

const fire = (api: Api, name: string, seconds: number): Promise<Answer[]> =>
  fireAtRate({ perSecond, seconds }, (n) =>
    postOrBreak(api, '/v1/decisions', login(`${name}-${String(n)}`)),
  );

const judge = (answers: readonly Answer[]): Check[] => {
  const times = answers.map(({ ms }) => ms);
  return [
    equal(
      'answered',
      count(answers, (answer) => decisionIn(answer) !== null),
      answers.length,
    ),
    none(
      'not marked as degraded',
      count(answers, (answer) => !isDegraded(answer)),
    ),
    none('allowed', count(answers, isAllow)),
    atMost('p99, ms', quantile(times, 0.99), 150),
    atMost('slowest, ms', quantile(times, 1), 200),
  ];
};

export const frozen: Scenario = {
  name: 'frozen',
  promise: `Redis frozen at ${String(perSecond)} logins a second: all answered in time, none let through, nothing happens late`,
  limitSeconds: 120,
  run: ({ quick, log }) =>
    onStage(async (stage) => {
      const redis = await stage.redis();
      const deployment = await stage.deployment(redis.url, await stage.policies({ policy }));
      const engine = await stage.engine(deployment);
      const api = stage.api(engine, deployment);
      await fire(api, 'warm', 2);
      const rssBefore = await rssOf(engine.url);
      const countedBefore = (await limitCounts(redis.port)).length;
      redis.freeze();
      const answers = await fire(api, 'frozen', quick ? 3 : 10);
      const rssAfter = await rssOf(engine.url);
      redis.thaw();
      const backMs = await millisecondsUntilNormal(api, 'probe');
      // The probe's own subject left one as well.
      const late = (await limitCounts(redis.port)).length - countedBefore - 1;
      log(
        `${String(answers.length)} answers, RSS ${rssBefore.toFixed(0)} to ${rssAfter.toFixed(0)} MB`,
      );
      return [
        ...judge(answers),
        none('attempts that counted after the thaw', late),
        atMost('growth of the engine, MB', rssAfter - rssBefore, 50),
        atMost('until decisions were back, ms', backMs, 2_000),
      ];
    }),
};
