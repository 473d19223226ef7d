import { join } from 'node:path';
import { freePort, startProcess, waitUntil } from '@stepgate/cli';
import {
  createDeployment,
  startEngineProcess,
  startRedisServer,
  type EngineProcess,
} from '@stepgate/testing';
import { createApi, login } from './api.js';

interface Readiness {
  readonly code: number;
  readonly status: string;
}

const readinessOf = async (url: string): Promise<Readiness> => {
  const response = await fetch(`${url}/readyz`);
  const { status } = (await response.json()) as { status: string };
  return { code: response.status, status };
};

const untilReadinessIs = (url: string, wanted: Readiness): Promise<void> =>
  waitUntil(async () => JSON.stringify(await readinessOf(url)) === JSON.stringify(wanted), {
    timeoutMs: 10_000,
    what: () => `readiness did not become ${JSON.stringify(wanted)}`,
  });

describe('an engine that has lost Redis', () => {
  it('stays in service, says that it is degraded, and marks what it answers', async () => {
    const redis = await startRedisServer({ persistent: true });
    const deployment = await createDeployment(redis.url);
    let engine: EngineProcess | undefined;
    try {
      engine = await startEngineProcess(deployment);
      expect(await readinessOf(engine.url)).toEqual({ code: 200, status: 'ready' });
      await redis.stop();
      await untilReadinessIs(engine.url, { code: 200, status: 'degraded' });
      const api = createApi(engine.url, deployment.apiKey);
      const decision = await api.decide(login('anna'));
      api.close();
      expect(decision.decision).not.toBe('allow');
      expect(decision.degraded).toContain('state');
    } finally {
      await engine?.stop();
      await redis.stop();
      await deployment.remove();
    }
  }, 60_000);
});

describe('an engine that has never reached Redis', () => {
  it('is not ready, so that a rollout with a wrong address stops', async () => {
    const nowhere = `redis://127.0.0.1:${String(await freePort())}`;
    const deployment = await createDeployment(nowhere);
    const port = String(await freePort());
    const engine = startProcess({
      name: 'risk-engine',
      command: process.execPath,
      args: [join(__dirname, '../../services/risk-engine/dist/main.js')],
      env: {
        STEPGATE_PORT: port,
        STEPGATE_REDIS_URL: nowhere,
        STEPGATE_SECRET: deployment.secret,
        STEPGATE_KEYS_FILE: deployment.keysFile,
        STEPGATE_POLICY_DIR: deployment.policyDir,
      },
    });
    const url = `http://127.0.0.1:${port}`;
    try {
      await waitUntil(
        () =>
          fetch(`${url}/healthz`).then(
            ({ ok }) => ok,
            () => false,
          ),
        { timeoutMs: 30_000, what: () => `the engine did not start:\n${engine.lastOutput()}` },
      );
      const { code, status } = await readinessOf(url);
      expect(code).toBe(503);
      expect(status).not.toMatch(/^(?:ready|degraded)$/);
    } finally {
      await engine.stop();
      await deployment.remove();
    }
  }, 60_000);
});
