import { createHash } from 'node:crypto';
import { waitUntil } from '@stepgate/cli';
import { Redis } from 'ioredis';
import { askRedis, type Check } from '@stepgate/testing';
import { startReceiver, startWorker } from '../redis/alert-worker.js';
import { equal, none } from '../redis/answers.js';
import { denyingPolicy, fatigue } from '../redis/denials.js';
import { readinessOf } from '../redis/readiness.js';
import { millisecondsUntilNormal } from '../redis/recovery.js';
import { onStage } from '../redis/stage.js';
import type { Scenario } from '../scenario.js';

const password = 'of-this-scenario-only';
/** As `npm run deploy:secrets` writes it. */
const rules = [
  'on',
  `#${createHash('sha256').update(password).digest('hex')}`,
  ...['~*', '&*', '+@all', '-@admin', '-@dangerous', '+info'],
];

const forbidden: readonly (readonly [string, ...string[]])[] = [
  ['FLUSHALL'],
  ['FLUSHDB'],
  ['KEYS', '*'],
  ['CONFIG', 'SET', 'maxmemory', '1'],
  ['CONFIG', 'GET', '*'],
  ['DEBUG', 'JMAP'],
  ['SHUTDOWN'],
  ['REPLICAOF', 'NO', 'ONE'],
  ['ACL', 'LIST'],
];

/** How many of those commands the user may run: a refusal is an error, whatever its words. */
const permitted = async (url: string): Promise<number> => {
  const client = new Redis(url);
  client.on('error', () => undefined);
  let count = 0;
  for (const [command, ...args] of forbidden) {
    const done = await client.call(command, ...args).then(
      () => true,
      () => false,
    );
    if (done) count += 1;
  }
  client.disconnect();
  return count;
};

export const acl: Scenario = {
  name: 'acl',
  promise: 'engine and worker run under a user that cannot empty, list or reconfigure Redis',
  limitSeconds: 90,
  run: () =>
    onStage(async (stage): Promise<Check[]> => {
      const redis = await stage.redis();
      await askRedis(redis.port, (client) => client.acl('SETUSER', 'stepgate', ...rules));
      const url = `redis://stepgate:${password}@127.0.0.1:${String(redis.port)}`;
      const policies = await stage.policies({ denying: denyingPolicy });
      const deployment = await stage.deployment(url, policies);
      const engine = await stage.engine(deployment);
      const api = stage.api(engine, deployment);
      const receiver = await startReceiver(stage);
      await startWorker(stage, { deployment, receiver });
      await millisecondsUntilNormal(api, 'anna');
      await fatigue(() => api, 'victim');
      await waitUntil(() => receiver.taken.has('victim'), {
        timeoutMs: 20_000,
        what: () => 'no alert came',
      });
      return [
        none('dangerous commands that the user may run', await permitted(url)),
        equal('ready', await readinessOf(engine.url), 200),
        equal('alerts that arrived', receiver.taken.size, 1),
      ];
    }),
};
