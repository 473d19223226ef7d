import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '@stepgate/cli';
import type { Api, Check, Deployment, EngineProcess, RedisServer } from '@stepgate/testing';
import { login } from '@stepgate/testing';
import { Redis } from 'ioredis';
import { onStage, type Stage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

interface Scene {
  readonly api: Api;
  readonly engine: EngineProcess;
  readonly deployment: Deployment;
  readonly server: RedisServer;
  readonly raw: Redis;
}

const set = async (stage: Stage): Promise<Scene> => {
  const server = await stage.redis();
  const raw = new Redis(server.url);
  stage.atEnd(() => {
    raw.disconnect();
  });
  // Nothing may hide in a compressed file.
  await raw.config('SET', 'rdbcompression', 'no');
  await raw.config('SET', 'aof-use-rdb-preamble', 'no');
  const deployment = await stage.deployment(server.url);
  // A busy machine must not look like a slow Redis: what is not kept cannot be searched.
  const engine = await stage.engine(deployment, { env: { STEPGATE_STATE_TIMEOUT_MS: '5000' } });
  return { api: stage.api(engine, deployment), engine, deployment, server, raw };
};

/** @returns the hash that stands for the subject in keys. */
const live = async ({ api }: Scene, id: string): Promise<string> => {
  const subject = { type: 'user', id };
  const { decision_id: decisionId } = await api.decide(login(id));
  await api.send({ type: 'login_succeeded', subject, decision_id: decisionId });
  await api.send({ type: 'login_failed', subject, context: { ip: '203.0.113.9' } });
  for (let n = 0; n < 6; n += 1) await api.send({ type: 'push_denied', subject });
  const { body } = await api.get(`/v1/decisions/${decisionId}`);
  await api.send({ type: 'feedback_compromised', subject });
  return (body as { subject: string }).subject.slice('sub_'.length);
};

const isLocked = async ({ api }: Scene, id: string): Promise<boolean> => {
  const { decision, reasons } = await api.decide(login(id));
  return decision === 'deny' && reasons.some(({ code }) => code === 'subject_locked');
};

const erase = async ({ engine, deployment }: Scene, id: string): Promise<number> => {
  const startedAt = performance.now();
  const { status } = await fetch(`${engine.url}/v1/subjects/user/${id}`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${deployment.apiKey}` },
  });
  if (status !== 204) throw new Error(`erasure answered ${String(status)}`);
  return (performance.now() - startedAt) / 1_000;
};

const rewrite = async (raw: Redis): Promise<void> => {
  await raw.bgrewriteaof();
  await waitUntil(
    async () => {
      const info = await raw.info('persistence');
      return info.includes('aof_rewrite_in_progress:0') && info.includes('aof_rewrite_scheduled:0');
    },
    { timeoutMs: 20_000, what: () => 'the append-only file was not written anew' },
  );
};

const filesOf = async (directory: string): Promise<string> => {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
};

/** Of each place where the hash stands, the kind of key that it belongs to. */
const tracesOf = (text: string, hash: string): ReadonlySet<string> => {
  const kinds = new Set<string>();
  for (let at = text.indexOf(hash); at >= 0; at = text.indexOf(hash, at + 1)) {
    kinds.add(
      /sg:v1:([a-z-]+):\{s..\}:$/.exec(text.slice(Math.max(0, at - 64), at))?.[1] ?? 'a value',
    );
  }
  return kinds;
};

const play = async (stage: Stage, { seed, log }: ChaosContext): Promise<readonly Check[]> => {
  const scene = await set(stage);
  const id = `canary-subject-${String(seed)}`;
  const hash = await live(scene, id);
  const locked = await isLocked(scene, id);
  const before = tracesOf(await filesOf(scene.server.directory), hash);
  const seconds = await erase(scene, id);
  await rewrite(scene.raw);
  const text = await filesOf(scene.server.directory);
  const after = [...tracesOf(text, hash)].filter((kind) => kind !== 'guard' && kind !== 'limit');
  log(`before: ${[...before].join(', ')}; after: ${after.join(', ')}`);
  const lockedAfter = await isLocked(scene, id);
  return [
    {
      name: 'kinds of key with a trace of the subject before',
      value: before.size,
      target: '> 5',
      holds: before.size > 5,
    },
    {
      name: 'seconds until a subject is erased',
      value: seconds,
      target: '<= 5',
      holds: seconds <= 5,
    },
    {
      name: 'kinds of trace after the file was rewritten, beside lock and limits',
      value: after.length,
      target: '0',
      holds: after.length === 0,
    },
    {
      name: 'raw user ids in files',
      value: text.split(id).length - 1,
      target: '0',
      holds: !text.includes(id),
    },
    {
      name: 'locks that erasure has ended',
      value: locked && lockedAfter ? 0 : 1,
      target: '0',
      holds: locked && lockedAfter,
    },
  ];
};

export const privacy: Scenario = {
  name: 'privacy',
  promise: 'an erased subject is gone from memory and disk within seconds, and its lock is not',
  limitSeconds: 120,
  run: (context) => onStage((stage) => play(stage, context)),
};
