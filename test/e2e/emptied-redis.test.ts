import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startProcess, waitUntil } from '@stepgate/cli';
import type { DecisionResponse } from '@stepgate/contracts';
import {
  askRedis,
  createApi,
  createDeployment,
  login,
  startEngineProcess,
  startRedisServer,
  type Api,
  type Deployment,
  type EngineOptions,
  type EngineProcess,
  type RedisServer,
} from '@stepgate/testing';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');

let redis: RedisServer;
let deployment: Deployment;
let engine: EngineProcess;
let api: Api;

const start = async (
  env: EngineOptions['env'] = {},
  wait: EngineOptions['until'] = 'ready',
): Promise<void> => {
  engine = await startEngineProcess(deployment, {
    quiet: true,
    until: wait,
    // A busy machine must not look like a slow Redis.
    env: { STEPGATE_STATE_WATCH_SECONDS: '0.1', STEPGATE_STATE_TIMEOUT_MS: '2000', ...env },
  });
  api = createApi(engine.url, deployment.apiKey);
};
beforeEach(async () => {
  redis = await startRedisServer({ persistent: true });
  deployment = await createDeployment(redis.url);
});
afterEach(async () => {
  api.close();
  await engine.stop();
  await redis.stop();
  await deployment.remove();
});

interface Readiness {
  readonly code: number;
  readonly text: string;
}
const readiness = async (): Promise<Readiness> => {
  const response = await fetch(`${engine.url}/readyz`);
  return { code: response.status, text: await response.text() };
};
const until = (what: string, isSo: () => Promise<boolean>): Promise<void> =>
  waitUntil(isSo, { timeoutMs: 10_000, what: () => what });
const set = (name: string, value: string) =>
  askRedis(redis.port, (client) => client.config('SET', name, value));

const command = join(root, 'packages/cli/dist/main.js');
/** What an image has in place of the command. */
const program = join(root, 'services/risk-engine/dist/state-main.js');

const run = async (...args: string[]): Promise<{ code: number; output: string }> => {
  const child = startProcess({
    name: 'stepgate',
    command: process.execPath,
    args,
    env: {
      STEPGATE_REDIS_URL: redis.url,
      STEPGATE_SECRET: deployment.secret,
      STEPGATE_KEYS_FILE: deployment.keysFile,
      STEPGATE_POLICY_DIR: deployment.policyDir,
    },
    quiet: true,
  });
  await until('stepgate state init did not end', () => Promise.resolve(child.exitCode() !== null));
  return { code: child.exitCode() ?? -1, output: child.lastOutput() };
};

/** A subject that somebody has said is compromised is locked. */
const denial = async (): Promise<DecisionResponse> => {
  const id = randomUUID();
  await api.send({ type: 'feedback_compromised', subject: { type: 'user', id } });
  const decision = await api.decide(login(id));
  expect(decision.decision).toBe('deny');
  return decision;
};

describe('an engine whose state was never begun', () => {
  it('is not ready, says what to do, answers degraded, and serves once that is done', async () => {
    await start({ STEPGATE_STATE_INIT: 'never' }, 'alive');
    await until('not ready', async () => (await readiness()).text.includes('stepgate state init'));
    expect((await readiness()).code).toBe(503);
    const before = await api.decide(login('anna'));
    expect(before.decision).not.toBe('allow');
    expect(before.degraded).toContain('state');
    expect(await askRedis(redis.port, (client) => client.dbsize())).toBeLessThanOrEqual(1);

    expect(await run(program, 'check')).toMatchObject({ code: 1 });
    expect(await run(program, 'init')).toMatchObject({ code: 0 });
    expect(await run(program, 'check')).toMatchObject({ code: 0 });
    expect(await run(program, 'start')).toMatchObject({ code: 2 });
    await until('ready', async () => (await readiness()).code === 200);
    expect((await api.decide(login('anna'))).degraded).toEqual([]);
  });
});

describe('an engine whose Redis was emptied', () => {
  it('takes nobody for unknown: all answers are degraded until somebody accepts the loss', async () => {
    await start();
    await denial();
    expect((await api.decide(login('bob'))).degraded).toEqual([]);
    await askRedis(redis.port, (client) => client.flushall());
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => api.decide(login(`user-${String(n)}`))),
    );
    expect(answers.every(({ degraded }) => degraded.includes('state'))).toBe(true);
    expect(answers.some(({ decision }) => decision === 'allow')).toBe(false);
    await until('not ready', async () => (await readiness()).code === 503);
    const metrics = await fetch(`${engine.url}/metrics`).then((response) => response.text());
    expect(metrics).toContain('stepgate_state_emptied 1');

    expect(await run(command, 'state', 'check')).toMatchObject({ code: 1 });
    expect(await run(command, 'state', 'init', '--accept-emptied')).toMatchObject({ code: 0 });
    const acceptedAt = performance.now();
    await until('ready', async () => (await readiness()).code === 200);
    expect((await api.decide(login('bob'))).degraded).toEqual([]);
    expect(performance.now() - acceptedAt).toBeLessThanOrEqual(2_000);
  });
});

describe('an engine whose Redis is not set up to keep locks', () => {
  it('is not ready while keys may be evicted', async () => {
    await start();
    await set('maxmemory-policy', 'allkeys-lru');
    await until('not ready', async () => (await readiness()).code === 503);
    expect((await readiness()).text).toContain('allkeys-lru');
    await set('maxmemory-policy', 'noeviction');
    await until('ready', async () => (await readiness()).code === 200);
  });

  it('says of each denial whether it is kept, and that the append-only file is off', async () => {
    await start();
    await until('a durable denial', async () => (await denial()).durable === true);
    expect((await api.decide(login('carol'))).durable).toBeNull();
    await set('appendonly', 'no');
    await until('degraded', async () =>
      (await readiness()).text.includes('APPEND-ONLY FILE IS OFF'),
    );
    expect((await readiness()).code).toBe(200);
    expect((await denial()).durable).toBe(false);
    await set('appendonly', 'yes');
    await until('a durable denial', async () => (await denial()).durable === true);
  });

  it('keeps what it called durable over the death of Redis', async () => {
    await start();
    await until('a durable denial', async () => (await denial()).durable === true);
    const { attempt_id: id } = await denial();
    await redis.kill();
    await redis.restart();
    await until('back', async () => (await api.decide(login('dave'))).degraded.length === 0);
    expect(await api.get(`/v1/decisions/${id}`)).toMatchObject({ status: 200 });
  });
});
