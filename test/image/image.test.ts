import { freePort } from '@stepgate/testing';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretFiles } from '../../scripts/deploy/secret-files.js';
import { readCompose } from '../deploy/compose-model.js';
import { describeWith } from '../deploy/programs.js';
import { startShippedRedis, type ShippedRedis } from '../deploy/redis-server.js';
import { inRepository } from '../deploy/repository.js';
import { writeSinksFile } from '../deploy/sinks-file.js';
import { buildTree } from './build-tree.js';
import { runInTree, startInTree, until, type TreeProcess } from './tree-process.js';

type Environment = Record<string, string>;

/**
 * Follows the Dockerfile without an engine, then runs what the image would hold: as its user, with
 * only its files, the settings of docker-compose.yml, and Redis as shipped. Takes a minute or two.
 */
describeWith('redis-server', 'the image', () => {
  const root = mkdtempSync(join(tmpdir(), 'stepgate-image-'));
  const secrets = createSecretFiles('default');
  const processes = new Map<string, TreeProcess>();
  const ports: Record<string, string> = {};
  let tree = '';
  let redis: ShippedRedis;

  /** The one place that the image's user owns. */
  const stateDirectory = (): string => join(tree, '../var/lib/stepgate');

  /** The container's paths and addresses, as they are on this machine. */
  const settingsOf = (service: string): Environment => {
    const composed = readCompose().services[service]?.environment ?? {};
    const local: Environment = {
      NODE_ENV: 'production',
      STEPGATE_HOST: '127.0.0.1',
      STEPGATE_POLICY_DIR: join(tree, 'infra/policies'),
      STEPGATE_REPUTATION_DIR: inRepository('infra/reputation'),
      STEPGATE_ENGINE_URL: `http://127.0.0.1:${ports['risk-engine'] ?? ''}`,
      STEPGATE_UPSTREAM_URL: 'http://127.0.0.1:9',
      STEPGATE_VERIFIER_URL: 'http://127.0.0.1:9',
      STEPGATE_SINKS_FILE: join(root, 'sinks.yaml'),
      STEPGATE_AUDIT_DIR: join(stateDirectory(), 'audit'),
      // Nobody is there (RFC 2606); loopback would be refused.
      ALERT_WEBHOOK_URL: 'https://alerts.invalid/',
      STEPGATE_PORT: ports[service] ?? '',
      STEPGATE_OPERATIONS_PORT: ports['operations'] ?? '',
    };
    const named = Object.entries(composed).map(([name, value]) => [
      name,
      local[name] ?? value.replace('/run/secrets', join(root, 'secrets')),
    ]);
    return {
      ...(Object.fromEntries(named) as Environment),
      NODE_ENV: 'production',
      STEPGATE_HOST: '127.0.0.1',
    };
  };

  const answerOf = async (url: string, init?: RequestInit): Promise<[number, string]> => {
    try {
      const answer = await fetch(url, init);
      return [answer.status, await answer.text()];
    } catch (error) {
      return [0, String(error)];
    }
  };

  const start = async (service: string, operationsPort: string): Promise<void> => {
    const program = `services/${service}/dist/main.js`;
    const started = startInTree(tree, program, settingsOf(service));
    processes.set(service, started);
    const ready = `http://127.0.0.1:${operationsPort}/readyz`;
    await until(
      async () => (await answerOf(ready))[0] === 200,
      () => `${service}\n${started.output()}`,
    );
  };

  const ask = async (path: string, body: object): Promise<[number, Record<string, unknown>]> => {
    const [status, text] = await answerOf(`http://127.0.0.1:${ports['risk-engine']!}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${secrets['identity_provider_api_key']!}`,
      },
      body: JSON.stringify(body),
    });
    return [status, JSON.parse(text) as Record<string, unknown>];
  };

  beforeAll(async () => {
    chmodSync(root, 0o755);
    tree = buildTree(root);
    for (const name of ['risk-engine', 'gateway', 'alert-worker', 'operations']) {
      ports[name] = String(await freePort());
    }
    redis = await startShippedRedis(secrets['redis_acl']!);
    mkdirSync(join(root, 'secrets'));
    for (const [name, content] of Object.entries(secrets)) {
      const local = content.replace('@redis:6379', `@127.0.0.1:${String(redis.port)}`);
      writeFileSync(join(root, 'secrets', name), local, { mode: 0o444 });
    }
    writeSinksFile(root);
    if (process.getuid?.() === 0) chownSync(stateDirectory(), 65_532, 65_532);
    // As docs/deploy.md says: once, before anything is kept.
    const init = ['services/risk-engine/dist/state-main.js', 'init'];
    const begun = await runInTree(tree, init, settingsOf('risk-engine'));
    if (begun.code !== 0) throw new Error(begun.output);
    await start('risk-engine', ports['risk-engine']!);
    await start('alert-worker', ports['alert-worker']!);
    await start('gateway', ports['operations']!);
  }, 600_000);

  afterAll(async () => {
    for (const started of processes.values()) await started.stop();
    await redis.stop();
    rmSync(root, { recursive: true, force: true });
  }, 60_000);

  it('holds what runs, and neither tests, sources, secrets nor what only developers need', () => {
    const modules = readdirSync(join(tree, 'node_modules'));
    const developers = ['typescript', 'jest', 'eslint', 'js-redis-server', 'tsx', 'supertest'];
    expect(modules.filter((name) => developers.includes(name))).toEqual([]);
    expect(modules).toEqual(expect.arrayContaining(['express', 'ioredis', 'bullmq', 'zod']));
    for (const name of readdirSync(join(tree, 'packages'))) {
      expect(existsSync(join(tree, 'packages', name, 'test'))).toBe(false);
    }
    expect(readdirSync(tree).sort()).toEqual([
      '.npmrc',
      'healthcheck.mjs',
      'infra',
      'node_modules',
      'package-lock.json',
      'package.json',
      'packages',
      'services',
    ]);
  });

  it('decides with full state, under the user of Redis that has no dangerous command', async () => {
    const [status, decision] = await ask('/v1/decisions', {
      subject: { type: 'user', id: 'alice', properties: { authenticators: ['passkey'] } },
      action: { name: 'login' },
      resource: { type: 'application', id: 'payroll' },
      context: { ip: '203.0.113.7', device: { id: 'laptop' }, amr: ['pwd'] },
    });
    expect([status, decision]).toEqual([200, expect.objectContaining({ degraded: [] })]);
  });

  it('moves an alert through Redis and the queue to the worker', async () => {
    const denials = Array.from({ length: 6 }, (_, index) => ({
      id: `denial-${String(index)}`,
      type: 'push_denied',
      subject: { type: 'user', id: 'bob' },
    }));
    const [status] = await ask('/v1/events', { events: denials });
    expect(status).toBe(202);
    const worker = processes.get('alert-worker')!;
    await until(() => worker.output().includes('push_fatigue'), worker.output);
  });

  it.each(['risk-engine', 'gateway', 'alert-worker'])(
    'finds the %s healthy by its own check',
    async (name) => {
      const check = join(tree, 'healthcheck.mjs');
      expect(await runInTree(tree, [check], settingsOf(name))).toEqual({ code: 0, output: '' });
    },
  );

  it('ends in order when it is told to', async () => {
    for (const [name, started] of processes)
      expect([name, await started.stop()]).toEqual([name, 0]);
  });
});
