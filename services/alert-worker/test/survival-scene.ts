import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { StateUnavailableError, type AlertOutbox } from '@stepgate/assessment';
import { freePort, waitUntil } from '@stepgate/cli';
import {
  createAlertQueue,
  createDeadLetters,
  createReconciler,
  createSettlement,
} from '@stepgate/queue';
import { createRedisConnection, createRedisState, initialiseState } from '@stepgate/redis';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { webhookSecret } from './receiver.js';

/** The built service: `npm run build` makes it. */
const entry = resolve(__dirname, '../dist/main.js');
const secret = randomBytes(32).toString('base64url');

/** What must be ended after a test, the last begun first. */
const ends: (() => unknown)[] = [];
export const atEnd = (end: () => unknown): void => void ends.push(end);
export const endAll = async (): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end();
};

const ladder = {
  counted: ['denied', 'ignored', 'reported'],
  windowMs: 600_000,
  promptLifetimeMs: 120_000,
  quietMs: 7_200_000,
  updateMs: 600_000,
  aftermathMs: 86_400_000,
  // Out of reach: the victims here have nothing in common but their tenant.
  campaign: { source: 1_000, network: 1_000, tenant: 1_000, windowMs: 60_000, alert: 'critical' },
  rungs: [
    {
      at: 5,
      outcome: 'step_up',
      require: 'phishing_resistant',
      forbid: ['push'],
      numberMatching: true,
      points: 30,
      holdMs: 0,
      alert: 'high',
      exceptKnownDevice: false,
    },
  ],
} as const;
const rules = { policyName: 'workforce', ladder, tiredApprovalAt: null, tiredWindowMs: 3_600_000 };
const nowhere = {
  address: null,
  sourcePseudonym: null,
  devicePseudonym: null,
  country: null,
  asn: null,
};

/** Starts Redis, each time over the same data; `stop` of it is a `kill -9`. */
export const createRedis = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-aof-'));
  atEnd(() => rm(directory, { recursive: true, force: true }));
  const args = ['--dir', directory, '--appendonly', 'yes', '--appendfsync', 'always'];
  let server: RedisServer | undefined;
  atEnd(() => server?.stop());
  return async (port?: number): Promise<RedisServer> =>
    (server = await startRedisServer({ args, ...(port === undefined ? {} : { port }) }));
};

const webhook = (name: string, { href }: URL): string => `
  - name: ${name}
    type: webhook
    url: ${href}
    secrets: [{ env: WEBHOOK_SECRET }]
    allow_loopback: true
    timeouts: { total: 1s }
    retry_delays: [1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s]`;

export interface RunningWorker {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly isReady: () => Promise<boolean>;
  readonly output: () => string;
}

/** Starts workers with these webhooks for sinks. */
export const createWorkers = async (redisUrl: string, sinks: Readonly<Record<string, URL>>) => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-survive-'));
  atEnd(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'sinks.yaml');
  const listed = Object.entries(sinks).map(([name, url]) => webhook(name, url));
  await writeFile(file, `stepgate: v1\nsinks:${listed.join('')}\n`);
  return async (): Promise<RunningWorker> => {
    const port = String(await freePort());
    const child = spawn(process.execPath, [entry], {
      env: {
        PATH: process.env['PATH'],
        STEPGATE_MODE: 'dev',
        STEPGATE_PORT: port,
        STEPGATE_REDIS_URL: redisUrl,
        STEPGATE_SECRET: secret,
        STEPGATE_SINKS_FILE: file,
        STEPGATE_LOCK_MS: '1000',
        WEBHOOK_SECRET: webhookSecret,
      },
    });
    const ended = once(child, 'close');
    atEnd(() => child.kill('SIGKILL') && ended);
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const isReady = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    return { child, ended, isReady, output: () => output };
  };
};

/** The engine's side: what is refused for want of Redis is sent again until it is taken. */
export const createAttack = (url: string) => {
  const connection = createRedisConnection({ url, commandTimeoutMs: 2_000 });
  atEnd(() => connection.close());
  const { events, outbox } = createRedisState({ connection, secret });
  let refused = 0;
  const deny = (subject: string, n: number): Promise<void> => {
    const request = {
      tenant: 'acme',
      subject: { type: 'user', id: subject },
      event: {
        id: `${subject}-${String(n)}`,
        type: 'push_denied',
        occurredAt: null,
        promptId: null,
      },
      origin: nowhere,
      learn: null,
      forgetSince: null,
      risky: false,
      rules,
      now: null,
    } as const;
    const isTaken = (): Promise<boolean> =>
      events.recordEvent(request).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof StateUnavailableError)) throw error;
          refused += 1;
          return false;
        },
      );
    return waitUntil(isTaken, { timeoutMs: 20_000, what: () => 'an event was never taken' });
  };
  return {
    begin: async () => {
      await connection.waitUntilUp(10_000);
      await initialiseState({ connection, secret });
    },
    outbox,
    refused: () => refused,
    on: (victims: readonly string[]) =>
      Promise.all(
        victims.map(async (victim) => {
          for (let n = 0; n < 5; n += 1) await deny(victim, n);
        }),
      ),
  };
};

/** The worker's queues, seen from outside of it. */
export const createInspection = (url: string, outbox: AlertOutbox) => {
  const sinks = ['soc', 'gone'].map((name) => ({ name, retryDelaysMs: null, accepts: () => true }));
  const queue = createAlertQueue({ url, sinks });
  const deadLetters = createDeadLetters({ url });
  atEnd(() => queue.close());
  atEnd(() => deadLetters.close());
  const settlement = createSettlement({ outbox, queue, sinks });
  const mute = () => undefined;
  const { reconcileOnce } = createReconciler({
    outbox,
    queue,
    settlement,
    log: { info: mute, warn: mute, error: mute },
    metrics: { alertDelivery: mute, undelivered: mute },
    ageMs: 0,
  });
  return { counts: queue.counts, deadLetters, reconcileOnce };
};
