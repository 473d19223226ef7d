import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { createAlertQueue, createAlertWorker, QueueUnavailableError } from '../src/index.js';
import { startCutProxy } from './cut-proxy.js';
import { alertNamed, createRecorder, sinkNamed, until } from './samples.js';

const directory = mkdtempSync(join(tmpdir(), 'stepgate-aof-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});
const durable = ['--dir', directory, '--appendonly', 'yes', '--appendfsync', 'always'];

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A queue and a worker for two sinks; `url` is where the worker connects. */
const startScene = (server: RedisServer, url = server.url) => {
  const recorder = createRecorder();
  const webhook = sinkNamed('webhook');
  const sinks = [webhook, sinkNamed('other')];
  const queue = createAlertQueue({ url: server.url, sinks });
  const worker = createAlertWorker({
    url,
    queue,
    sinks,
    settlement: { settleIfEnded: () => Promise.resolve() },
    watch: { everyMs: 100, stuckAfterMs: 1_000 },
    ...recorder,
  });
  worker.start();
  ends.push(
    () => queue.close(),
    () => worker.stop(500),
  );
  const enqueue = (id: string) => queue.enqueue(alertNamed(id), 'webhook');
  return { enqueue, worker, delivered: webhook.taken, ...recorder };
};

describe('alert queue and worker when Redis goes away', () => {
  it('resume by themselves after Redis was killed and came back, and lose no alert', async () => {
    const server = await startRedisServer({ args: durable });
    const { enqueue, worker, delivered } = startScene(server);
    await until(() => worker.state().ok);
    await enqueue('before');
    await until(() => delivered.includes('before'));
    await server.stop();
    await expect(enqueue('during')).rejects.toThrow(QueueUnavailableError);
    await until(() => worker.state().detail === 'webhook: Redis does not answer');
    const again = await startRedisServer({ args: durable, port: server.port });
    ends.unshift(() => again.stop());
    await until(() => worker.state().ok);
    await enqueue('before');
    await enqueue('after');
    await until(() => delivered.includes('after'));
    expect(delivered).toEqual(['before', 'after']);
  });

  it('answer a caller in time while Redis is frozen, and resume afterwards', async () => {
    const server = await startRedisServer();
    ends.push(() => server.stop());
    const { enqueue, worker, delivered } = startScene(server);
    await until(() => worker.state().ok);
    server.freeze();
    const startedAt = Date.now();
    await expect(enqueue('frozen')).rejects.toThrow(QueueUnavailableError);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    server.thaw();
    await until(async () =>
      enqueue('thawed').then(
        () => true,
        () => false,
      ),
    );
    await until(() => delivered.includes('thawed'));
  });

  it('replace a worker whose connections fell silent', async () => {
    const server = await startRedisServer();
    ends.push(() => server.stop());
    const proxy = await startCutProxy(server.port);
    ends.push(proxy.close);
    const { enqueue, worker, delivered, told } = startScene(server, proxy.url);
    await until(() => worker.state().ok);
    await enqueue('before');
    await until(() => delivered.includes('before'));
    proxy.silence();
    await enqueue('after');
    await until(() => delivered.includes('after'));
    expect(told).toContain('restarted');
    await until(() => worker.state().ok);
  });
});
