import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startProcess, waitUntil } from '@stepgate/cli';
import {
  createDeployment,
  startCluster,
  startEngineProcess,
  startReplicated,
  startTlsRedis,
} from '@stepgate/testing';
import { createSecretFiles } from '../../scripts/deploy/secret-files.js';
import { startShippedRedis } from '../deploy/redis-server.js';
import { createApi, login, type Api } from './api.js';

jest.setTimeout(120_000);

const workerEntry = fileURLToPath(
  new URL('../../services/alert-worker/dist/main.js', `file://${__filename}`),
);

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Settings = Readonly<Record<string, string>>;

/** An engine and a worker of one deployment; the lines are what the worker delivers. */
const startStack = async (redis: Settings) => {
  const deployment = await createDeployment(redis['STEPGATE_REDIS_URL'] ?? '');
  ends.push(() => deployment.remove());
  const engine = await startEngineProcess(deployment, { env: redis });
  ends.push(() => engine.stop());
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-topology-'));
  ends.push(() => rm(directory, { recursive: true, force: true }));
  const sinks = join(directory, 'sinks.yaml');
  await writeFile(sinks, 'stepgate: v1\nsinks:\n  - { name: log, type: stdout, subject: full }\n');
  const lines: string[] = [];
  const worker = startProcess({
    name: 'alert-worker',
    command: process.execPath,
    args: [workerEntry],
    onLine: (line) => lines.push(line),
    env: {
      STEPGATE_PORT: String(await freePort()),
      STEPGATE_SECRET: deployment.secret,
      STEPGATE_SINKS_FILE: sinks,
      ...redis,
    },
  });
  ends.push(() => worker.stop());
  const api = createApi(engine.url, deployment.apiKey);
  ends.push(() => {
    api.close();
    return Promise.resolve();
  });
  const erase = async (id: string): Promise<number> => {
    const headers = { authorization: `Bearer ${deployment.apiKey}` };
    const method = 'DELETE';
    return (await fetch(`${engine.url}/v1/subjects/user/${id}`, { method, headers })).status;
  };
  return { api, lines, erase };
};

const denial = (id: string) => ({ type: 'push_denied', subject: { type: 'user', id } }) as const;

/** Decision, completion, events, an alert that arrives, what is known, erasure. */
const proveWholeStack = async (redis: Settings): Promise<Api> => {
  const { api, lines, erase } = await startStack(redis);
  // A cold engine on a busy machine may miss its time once; a command that is refused, always.
  await waitUntil(async () => (await api.decide(login('early'))).degraded.length === 0, {
    timeoutMs: 20_000,
    what: () => 'every decision is degraded',
  });
  const decided = await api.decide(login('alice', { authenticators: ['passkey'] }));
  expect(decided.degraded).toEqual([]);
  expect(decided.decision).toBe('step_up');
  const { status } = await api.complete(decided.decision_id, {
    authenticator: 'passkey',
    amr: ['hwk', 'user'],
    context: { ip: '77.161.224.17' },
  });
  expect(status).toBe(200);
  for (let n = 0; n < 5; n += 1) await api.send(denial('bob'));
  await waitUntil(() => lines.some((line) => line.includes('push_fatigue')), {
    timeoutMs: 30_000,
    what: () => `no alert arrived:\n${lines.join('\n')}`,
  });
  expect((await api.get('/v1/subjects/user/bob')).status).toBe(200);
  expect(await erase('alice')).toBe(204);
  expect(lines.filter((line) => /NOPERM|CROSSSLOT|READONLY/u.test(line))).toEqual([]);
  return api;
};

describe('an engine and a worker', () => {
  it('do all of their work on a Cluster', async () => {
    const cluster = await startCluster();
    ends.push(() => cluster.stop());
    await proveWholeStack({ STEPGATE_REDIS_URL: cluster.urls.join(',') });
  });

  it('do all of their work on the primary that sentinels name, and go on after a failover', async () => {
    const redis = await startReplicated({ sentinels: 3 });
    ends.push(() => redis.stop());
    const api = await proveWholeStack(redis.env);
    const decide = () => api.decide(login('carol'));
    expect((await decide()).degraded).toEqual([]);
    await redis.waitForReplica();
    await redis.primary.kill();
    const answers: { readonly decision: string; readonly degraded: readonly string[] }[] = [];
    await waitUntil(
      async () => {
        answers.push(await decide());
        return answers.at(-1)?.degraded.length === 0;
      },
      { timeoutMs: 30_000, what: () => 'decisions stayed degraded' },
    );
    const degraded = answers.filter((answer) => answer.degraded.length > 0);
    expect(degraded.length).toBeGreaterThan(0);
    expect(degraded.filter(({ decision }) => decision === 'allow')).toEqual([]);
  });

  it('do all of their work over TLS, with a certificate of their own', async () => {
    const redis = await startTlsRedis({ clientCertificates: true });
    ends.push(() => redis.stop());
    await proveWholeStack({
      STEPGATE_REDIS_URL: redis.url,
      STEPGATE_REDIS_CA_FILE: redis.caFile,
      STEPGATE_REDIS_CERT_FILE: redis.clientCertFile,
      STEPGATE_REDIS_KEY_FILE: redis.clientKeyFile,
    });
  });

  it('do all of their work as the user of Redis that is shipped, which has no dangerous command', async () => {
    const { redis_acl: acl = '', redis_url: url = '' } = createSecretFiles('test');
    const redis = await startShippedRedis(acl);
    ends.push(() => redis.stop());
    const local = url.replace('@redis:6379', `@127.0.0.1:${String(redis.port)}`);
    await proveWholeStack({ STEPGATE_REDIS_URL: local });
  });

  it('do not start when Redis would be reached in clear over a network', async () => {
    const redis = { STEPGATE_REDIS_URL: 'redis://redis.example.com:6379' };
    await expect(startStack(redis)).rejects.toThrow('redis:// to another machine');
  });
});
