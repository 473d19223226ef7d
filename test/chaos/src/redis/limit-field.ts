import type { Api, TcpProxy } from '@stepgate/testing';
import type { Stage } from './stage.js';

export const limitSizes = [1, 5, 100];
const engines = 3;

const policyOf = (max: number): string => `stepgate: v1
policy: limit-${String(max)}
applies_to: { applications: [limit-${String(max)}] }
limits:
  - { name: attempts, per: subject, max: ${String(max)}, window: 1h, decision: deny }
`;

/** Three engines on one Redis, with one policy for each limit. */
export interface LimitField {
  readonly port: number;
  readonly proxy: TcpProxy;
  readonly apis: readonly Api[];
}

export const prepareLimits = async (stage: Stage): Promise<LimitField> => {
  const redis = await stage.redis();
  const proxy = await stage.proxy(redis.port);
  const policies = await stage.policies({
    ...Object.fromEntries(limitSizes.map((max) => [`limit-${String(max)}`, policyOf(max)])),
    other: 'stepgate: v1\npolicy: other\n',
  });
  const deployment = await stage.deployment(`redis://127.0.0.1:${String(proxy.port)}`, policies);
  // What is judged is how many get through; how fast, with a thousand at once, is not.
  const env = { STEPGATE_STATE_TIMEOUT_MS: '5000' };
  const started = await Promise.all(
    Array.from({ length: engines }, () => stage.engine(deployment, { env })),
  );
  return {
    port: redis.port,
    proxy,
    apis: started.map((engine) => stage.api(engine, deployment)),
  };
};
