import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startProcess, waitUntil, type OwnProcess } from '@stepgate/cli';
import {
  createDeployment,
  startEngineProcess,
  startRedisServer,
  type Deployment,
  type EngineProcess,
  type RedisServer,
} from '@stepgate/testing';
import { Redis } from 'ioredis';
import { createApi, login } from './api.js';

const entry = fileURLToPath(new URL('../../services/alert-worker/dist/main.js', import.meta.url));

/** Each stands for a kind of personal datum; see docs/privacy.md for where each may be told. */
const planted = {
  subject: 'canary-subject-8151',
  device: 'canary-device-8151',
  address: '203.0.113.151',
  userAgent: 'CanaryBrowser/8151',
  session: 'canary-session-8151',
  attribute: 'canary-attribute-8151',
  fingerprint: 'canary-fingerprint-8151',
};
const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The second sink is never there: its job ends with the dead letters. */
const sinks = (good: string, gone: string) => `stepgate: v1
sinks:
  - {name: soc, type: webhook, url: "${good}", allow_loopback: true, secrets: [{env: WEBHOOK_SECRET}]}
  - {name: gone, type: webhook, url: "${gone}", allow_loopback: true, secrets: [{env: WEBHOOK_SECRET}], retry_delays: [1s]}
`;

describe('all that is kept of a login and of an alert', () => {
  const lines: string[] = [];
  const delivered: string[] = [];
  let directory: string;
  let server: RedisServer;
  let deployment: Deployment;
  let engine: EngineProcess;
  let worker: OwnProcess | null = null;
  let raw: Redis;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      delivered.push(Buffer.concat(chunks).toString());
      response.writeHead(204).end();
    });
  });

  const startWorker = async (): Promise<string> => {
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const address = receiver.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const file = join(directory, 'sinks.yaml');
    const [gone, own] = [await freePort(), await freePort()];
    const at = (one: number): string => `http://127.0.0.1:${String(one)}/alerts`;
    await writeFile(file, sinks(at(port), at(gone)));
    worker = startProcess({
      name: 'alert-worker',
      command: process.execPath,
      args: [entry],
      onLine: (line) => lines.push(line),
      env: {
        STEPGATE_MODE: 'dev',
        STEPGATE_PORT: String(own),
        STEPGATE_LOG_LEVEL: 'debug',
        STEPGATE_REDIS_URL: server.url,
        STEPGATE_SECRET: deployment.secret,
        STEPGATE_SINKS_FILE: file,
        WEBHOOK_SECRET: webhookSecret,
      },
    });
    return `http://127.0.0.1:${String(own)}`;
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stepgate-canaries-'));
    server = await startRedisServer({ persistent: true });
    raw = new Redis(server.url);
    // Nothing may hide in a compressed file.
    await raw.config('SET', 'rdbcompression', 'no');
    deployment = await createDeployment(server.url);
    engine = await startEngineProcess(deployment, {
      env: {
        STEPGATE_LOG_LEVEL: 'debug',
        STEPGATE_STATE_INIT: 'empty',
        // A busy machine must not look like a slow Redis: what is not kept cannot be searched.
        STEPGATE_STATE_TIMEOUT_MS: '5000',
      },
      onLine: (line) => lines.push(line),
    });
  }, 60_000);
  afterAll(async () => {
    await Promise.all([worker?.stop(), engine.stop()]);
    receiver.closeAllConnections();
    receiver.close();
    raw.disconnect();
    await server.stop();
    await deployment.remove();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const use = async (): Promise<void> => {
    const api = createApi(engine.url, deployment.apiKey);
    const attempt = login(planted.subject, { ip: planted.address, device: planted.device });
    const decision = await api.decide({
      ...attempt,
      subject: {
        ...attempt.subject,
        properties: { authenticators: ['totp', 'push'], department: planted.attribute },
      },
      context: {
        ...attempt.context,
        user_agent: planted.userAgent,
        session_id: planted.session,
        device: { id: planted.device, fingerprint: { canvas: planted.fingerprint } },
      },
    });
    const subject = { type: 'user', id: planted.subject };
    const context = { ip: planted.address, device: { id: planted.device } };
    await api.complete(decision.decision_id, { authenticator: 'totp', amr: ['otp'] });
    await api.send({ type: 'login_succeeded', subject, decision_id: decision.decision_id });
    await api.send({ type: 'login_succeeded', subject, context });
    await api.send({ type: 'login_failed', subject, context });
    for (let n = 0; n < 6; n += 1) await api.send({ type: 'push_denied', subject, context });
    api.close();
  };

  const filesOf = async (): Promise<string> => {
    const all = await readdir(server.directory, { recursive: true, withFileTypes: true });
    const files = all.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
  };
  const found = (text: string, data: readonly string[] = Object.values(planted)) =>
    data.filter((datum) => text.includes(datum));
  const secrets = () => [deployment.apiKey, deployment.secret, webhookSecret];

  it('names nobody and holds no secret: memory, files, queue, dead letters, logs, metrics', async () => {
    await use();
    const waiting = await raw.xlen((await raw.keys('sg:v1:outbox:*'))[0] ?? '');
    expect(waiting).toBeGreaterThan(0);
    const url = await startWorker();
    await waitUntil(
      async () => (await raw.zcard('{stepgate}:alerts-gone:failed')) > 0 && delivered.length > 0,
      {
        timeoutMs: 30_000,
        what: () => `${String(delivered.length)} delivered\n${lines.join('\n')}`,
      },
    );
    await raw.save();
    const files = await filesOf();
    for (const kept of ['{stepgate}:alerts-gone', 'sg:v1:profile:', 'sg:v1:decision:']) {
      expect(files.includes(kept)).toBe(true);
    }
    const metrics = await Promise.all(
      [engine.url, url].map((one) => fetch(`${one}/metrics`).then((answer) => answer.text())),
    );
    for (const text of [files, lines.join('\n'), ...metrics]) {
      expect(found(text)).toEqual([]);
      expect(found(text, secrets())).toEqual([]);
    }
  }, 60_000);

  it('tells a sink who is attacked, and nothing else that was sent', () => {
    const text = delivered.join('\n');
    // The analyst must know whom to call; the address only where the sink asks for it.
    expect(found(text)).toEqual([planted.subject]);
    expect(found(text, secrets())).toEqual([]);
  });
});
