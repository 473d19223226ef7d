import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, waitUntil } from '@stepgate/cli';
import { login, startTlsRedis, type Check, type Deployment } from '@stepgate/testing';
import { count, equal, isAllow, isNormal, none } from '../redis/answers.js';
import { onStage, type Stage } from '../redis/stage.js';
import type { Scenario } from '../scenario.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** How an engine ends that is told to talk in clear to a Redis elsewhere. */
const startInClear = async (deployment: Deployment): Promise<{ code: number; output: string }> => {
  const engine = startProcess({
    name: 'risk-engine',
    command: process.execPath,
    args: [join(root, 'services/risk-engine/dist/main.js')],
    env: {
      STEPGATE_PORT: '0',
      STEPGATE_REDIS_URL: 'redis://192.0.2.1:6379',
      STEPGATE_SECRET: deployment.secret,
      STEPGATE_KEYS_FILE: deployment.keysFile,
      STEPGATE_POLICY_DIR: deployment.policyDir,
    },
  });
  try {
    await waitUntil(() => engine.exitCode() !== null, { timeoutMs: 15_000, what: () => 'it runs' });
    return { code: engine.exitCode() ?? 0, output: engine.lastOutput() };
  } catch {
    return { code: 0, output: engine.lastOutput() };
  } finally {
    await engine.stop();
  }
};

/** Decisions of an engine that trusts this authority. */
const decideTrusting = async (
  stage: Stage,
  deployment: Deployment,
  env: Readonly<Record<string, string>>,
) => {
  const engine = await stage.engine(deployment, { env, until: 'alive' });
  const api = stage.api(engine, deployment);
  const answers = [];
  for (let n = 0; n < 20; n += 1)
    answers.push(await api.post('/v1/decisions', login(`user-${String(n)}`)));
  return answers;
};

export const tls: Scenario = {
  name: 'tls',
  promise: 'the link to Redis is encrypted and the server is proved, or nobody is let in over it',
  limitSeconds: 90,
  run: ({ log }) =>
    onStage(async (stage): Promise<Check[]> => {
      const redis = await startTlsRedis();
      stage.atEnd(() => redis.stop());
      const deployment = await stage.deployment(redis.url);
      const right = await decideTrusting(stage, deployment, {
        STEPGATE_REDIS_CA_FILE: redis.caFile,
      });
      const wrong = await decideTrusting(stage, deployment, {
        STEPGATE_REDIS_CA_FILE: redis.otherCaFile,
      });
      const { code, output } = await startInClear(deployment);
      log(`in clear to another machine: exit ${String(code)}, ${output.split('\n').at(-1) ?? ''}`);
      return [
        equal('decided over TLS', count(right, isNormal), right.length),
        none('decided on the word of a server of another authority', count(wrong, isNormal)),
        none('allowed on it', count(wrong, isAllow)),
        none('engines that start in clear to another machine', Number(code === 0)),
      ];
    }),
};
