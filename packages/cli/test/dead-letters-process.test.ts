import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SealedAlert } from '@stepgate/assessment';
import {
  createAlertQueue,
  createAlertWorker,
  type AlertQueue,
  type AlertWorker,
  type Destination,
} from '@stepgate/queue';
import { createAlertSeal } from '@stepgate/redis';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { Queue } from 'bullmq';
import { waitUntil } from '../src/dev-stack/wait-until.js';

/** The built command: `npm run build` makes it. */
const entry = resolve(__dirname, '../dist/main.js');
const secret = 'a secret of the deployment, long enough';
const directory = mkdtempSync(join(tmpdir(), 'stepgate-cli-'));

let server: RedisServer;
let queue: AlertQueue;
let worker: AlertWorker;
let accepting = false;
const taken: string[] = [];

const sinkNamed = (name: string, cause: string): Destination => ({
  name,
  concurrency: 4,
  retryDelaysMs: [],
  accepts: () => true,
  deliver: async ({ id }) => {
    if (!accepting) return { kind: 'dead', cause };
    taken.push(`${name} ${id}`);
    return { kind: 'delivered' };
  },
});
const sinks = [sinkNamed('soc-webhook', 'HTTP 410'), sinkNamed('mail', 'SMTP 550')];

const alertOf = (user: string): SealedAlert => ({
  id: `alert-${user}_3`,
  alertId: `alert-${user}`,
  revision: 3,
  kind: 'push_fatigue',
  phase: 'escalated',
  severity: 'critical',
  tenant: 'acme',
  policy: 'workforce',
  sealedSubject: createAlertSeal(secret).sealSubject({ type: 'user', id: user }),
  openedAt: 1_767_225_500_000,
  since: 1_767_225_000_000,
  at: 1_767_225_600_000,
  count: 10,
  windowMs: 86_400_000,
  prompts: { sent: 12, approved: 0, denied: 4, ignored: 6, reported: 0 },
  approvedAt: null,
  sources: [],
  sourceCount: 0,
  devices: [],
  deviceCount: 0,
  actions: ['push_forbidden'],
  closedBy: null,
  campaign: null,
});

// Each call is a process of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);

const failedAt = async (sink: string): Promise<number> =>
  queue.counts(sink).then(
    ({ failed }) => failed,
    () => -1,
  );
const until = (what: string, condition: () => boolean | Promise<boolean>): Promise<void> =>
  waitUntil(condition, { timeoutMs: 10_000, what: () => what });

beforeAll(async () => {
  server = await startRedisServer();
  queue = createAlertQueue({ url: server.url, sinks });
  await until('the queue does not answer', async () => (await failedAt('mail')) >= 0);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  worker = createAlertWorker({
    url: server.url,
    queue,
    sinks,
    settlement: { settleIfEnded: () => Promise.resolve() },
    log,
    metrics: {
      alert: () => undefined,
      alertDelivery: () => undefined,
      alertDelivered: () => undefined,
      outboxLag: () => undefined,
      undelivered: () => undefined,
      queueJobs: () => undefined,
      workerRestarted: () => undefined,
    },
  });
  worker.start();
  await queue.enqueue(alertOf('alice'), 'soc-webhook');
  await until('alice is not dead', async () => (await failedAt('soc-webhook')) === 1);
  await queue.enqueue(alertOf('alice'), 'mail');
  await queue.enqueue(alertOf('bob'), 'mail');
  await until('bob is not dead', async () => (await failedAt('mail')) === 2);
}, 30_000);
afterAll(async () => {
  await worker.stop(1_000);
  await queue.close();
  await server.stop();
  rmSync(directory, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const stepgate = (line: string, env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      [entry, ...line.split(' ')],
      { env: { PATH: process.env['PATH'], STEPGATE_REDIS_URL: server.url, ...env } },
      (error, out, err) => {
        const code = error === null ? 0 : Number(error.code ?? -1);
        done({ code, out, err: err.replaceAll(/^npm warn.*\n/gmu, '') });
      },
    );
  });
const rows = ({ out }: Ran): string[][] =>
  out
    .trimEnd()
    .split('\n')
    .map((row) => row.split(/ {2,}/u));

describe('stepgate alerts dead list', () => {
  it('shows what was given up, where and why, and nobody who is in it', async () => {
    const ran = await stepgate('alerts dead list');
    expect([ran.code, ran.err]).toEqual([0, '']);
    const [header, ...letters] = rows(ran);
    expect(header).toEqual(['DIED', 'ID', 'SINK', 'ALERT', 'KIND', 'SEVERITY', 'TRIES', 'CAUSE']);
    expect(letters.map((letter) => letter.slice(1)).sort()).toEqual([
      [
        'alert-alice_3',
        'mail',
        'alert-alice',
        'push_fatigue.escalated',
        'critical',
        '1',
        'SMTP 550',
      ],
      [
        'alert-alice_3',
        'soc-webhook',
        'alert-alice',
        'push_fatigue.escalated',
        'critical',
        '1',
        'HTTP 410',
      ],
      ['alert-bob_3', 'mail', 'alert-bob', 'push_fatigue.escalated', 'critical', '1', 'SMTP 550'],
    ]);
    for (const [died = ''] of letters) expect(new Date(died).toISOString()).toBe(died);
    expect(ran.out).not.toContain('user:');
  });

  it('speaks JSON to programs, of one sink when it is named', async () => {
    const { code, out } = await stepgate('alerts dead list --json --sink soc-webhook');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      {
        id: 'alert-alice_3',
        sink: 'soc-webhook',
        alert_id: 'alert-alice',
        kind: 'push_fatigue',
        phase: 'escalated',
        severity: 'critical',
        tenant: 'acme',
        tries: 1,
        cause: 'HTTP 410',
        died_at: expect.stringMatching(/^\d{4}-.*Z$/u),
      },
    ]);
  });

  it('says who is under attack only when asked, and with the secret', async () => {
    const unsealed = await stepgate('alerts dead list --unseal --sink soc-webhook', {
      STEPGATE_SECRET: secret,
    });
    expect([unsealed.code, unsealed.err]).toEqual([0, '']);
    expect(rows(unsealed).map((row) => row.at(-1))).toEqual(['SUBJECT', 'user:alice']);
    const file = join(directory, 'secret');
    writeFileSync(file, `${secret}\n`);
    const json = await stepgate('alerts dead list --unseal --json', { STEPGATE_SECRET_FILE: file });
    const ids = JSON.parse(json.out).map(({ subject }: { subject: { id: string } }) => subject.id);
    expect(ids.sort()).toEqual(['alice', 'alice', 'bob']);

    const without = await stepgate('alerts dead list --unseal');
    expect([without.code, without.out]).toEqual([2, '']);
    expect(without.err).toContain('STEPGATE_SECRET is not set');
    const other = await stepgate('alerts dead list --unseal', {
      STEPGATE_SECRET: 'another secret of the deployment, too',
    });
    expect(other.code).toBe(1);
    expect(other.err).toBe('3 of them cannot be opened with this STEPGATE_SECRET.\n');
    expect(rows(other)).toHaveLength(4);
  });

  it('says what is wrong with the call, or with Redis, without quoting the address', async () => {
    const unset = await stepgate('alerts dead list', { STEPGATE_REDIS_URL: '' });
    expect(unset).toEqual({
      code: 2,
      out: '',
      err: 'STEPGATE_REDIS_URL is not set: give it, or a file that holds it as STEPGATE_REDIS_URL_FILE.\n',
    });
    const away = await stepgate('alerts dead list', {
      STEPGATE_REDIS_URL: 'redis://:planted@127.0.0.1:1',
    });
    expect(away.code).toBe(1);
    expect(away.err).toBe('The Redis that STEPGATE_REDIS_URL names does not answer, or refuses.\n');
    const misspelt = await stepgate('alerts dead list --sink soc-webhok');
    expect([misspelt.code, misspelt.out]).toEqual([2, '']);
    expect(misspelt.err).toContain('there are mail, soc-webhook');
  });

  it('lets nothing that lies in Redis steer the terminal', async () => {
    const stored = new Queue('alerts-mail', {
      connection: { url: server.url },
      prefix: '{stepgate}',
    });
    try {
      await stored.add('alert', 'poison', { jobId: 'p-\u{1b}[2J' });
      await until('the poison is not dead', async () => (await failedAt('mail')) === 3);
      const { out } = await stepgate('alerts dead list');
      expect(out).toContain('p-\\u{1b}[2J');
      expect(out).not.toContain('\u{1b}');
      const { out: said } = await stepgate('alerts dead replay p-\u{1b}[2J --sink mail');
      expect(said).toContain('p-\\u{1b}[2J is tried anew at mail');
      await until('the poison is not dead', async () => (await failedAt('mail')) === 3);
    } finally {
      await stored.remove('p-\u{1b}[2J');
      await stored.close();
    }
  });
});

describe('stepgate alerts dead replay', () => {
  it('has to be told which', async () => {
    for (const line of ['alerts dead replay', 'alerts dead replay --all alert-bob_3']) {
      const ran = await stepgate(line);
      expect([ran.code, ran.out]).toEqual([2, '']);
      expect(ran.err).toContain('by their ids, or all of them by --all');
    }
  });

  it('has the named ones tried anew, and says which there are not', async () => {
    accepting = true;
    const ran = await stepgate('alerts dead replay alert-alice_3 alert-carol_1 --sink mail');
    expect(ran).toEqual({
      code: 1,
      out: 'alert-alice_3 is tried anew at mail\ndead letters: 1 replayed\n',
      err: 'There is no dead letter alert-carol_1.\n',
    });
    await until('it was not tried', () => taken.length === 1);
    expect(taken).toEqual(['mail alert-alice_3']);
  });

  it('has all others tried anew, after which there are none', async () => {
    const ran = await stepgate('alerts dead replay --all');
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out.endsWith('dead letters: 2 replayed\n')).toBe(true);
    await until('they were not tried', () => taken.length === 3);
    expect(new Set(taken)).toEqual(
      new Set(['mail alert-alice_3', 'mail alert-bob_3', 'soc-webhook alert-alice_3']),
    );
    expect((await stepgate('alerts dead list')).out).toBe('No dead letters.\n');
    expect((await stepgate('alerts dead list --json')).out).toBe('[]\n');
    const again = await stepgate('alerts dead replay --all');
    expect(again).toEqual({ code: 0, out: 'dead letters: 0 replayed\n', err: '' });
  });
});
