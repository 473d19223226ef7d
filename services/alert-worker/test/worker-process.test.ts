import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, waitUntil } from '@stepgate/cli';
import {
  createRedisConnection,
  createRedisState,
  initialiseState,
  type RedisConnection,
} from '@stepgate/redis';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import {
  inTurn,
  silence,
  startReceiver,
  status,
  verified,
  webhookSecret,
  type Answer,
  type Receiver,
} from './receiver.js';

jest.setTimeout(60_000);

/** The built service: `npm run build` makes it. */
const entry = resolve(__dirname, '../dist/main.js');
const ladder = {
  counted: ['denied', 'ignored', 'reported'],
  windowMs: 600_000,
  promptLifetimeMs: 120_000,
  quietMs: 7_200_000,
  updateMs: 600_000,
  aftermathMs: 86_400_000,
  campaign: { source: 100, network: 100, tenant: 100, windowMs: 3_600_000, alert: 'critical' },
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

let redis: RedisServer;
let connection: RedisConnection;
let secret: string;
let receiver: Receiver;
let directory: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stepgate-worker-'));
  redis = await startRedisServer({
    args: ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'],
  });
  secret = randomBytes(32).toString('base64url');
  connection = createRedisConnection({ url: redis.url, commandTimeoutMs: 2_000 });
  await connection.waitUntilUp(10_000);
  await initialiseState({ connection, secret });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await receiver.stop();
});
afterAll(async () => {
  connection.close();
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

const nowhere = {
  address: null,
  sourcePseudonym: null,
  devicePseudonym: null,
  country: null,
  asn: null,
};

/** A webhook on loopback that is tried again every second, and standard output. */
const sinksFor = (url: URL): string => `stepgate: v1
sinks:
  - name: webhook
    type: webhook
    url: ${url.href}
    secrets: [{ env: WEBHOOK_SECRET }]
    allow_loopback: true
    retry_delays: [1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s]
  - name: stdout
    type: stdout
    subject: none
`;

/** Five denied prompts, as the engine records them: the fifth raises an alert. */
const bombard = async (subject: string): Promise<void> => {
  const { events } = createRedisState({ connection, secret });
  for (let n = 0; n < 5; n += 1) {
    await events.recordEvent({
      tenant: 'acme',
      subject: { type: 'user', id: subject },
      event: { id: randomUUID(), type: 'push_denied', occurredAt: null, promptId: null },
      origin: nowhere,
      learn: null,
      forgetSince: null,
      risky: false,
      rules: {
        policyName: 'workforce',
        ladder,
        tiredApprovalAt: null,
        tiredWindowMs: 3_600_000,
      },
      now: null,
    });
  }
};

interface RunningWorker {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

const startWorker = async (changes: Record<string, string> = {}): Promise<RunningWorker> => {
  const port = await freePort();
  const sinksFile = join(directory, 'sinks.yaml');
  await writeFile(sinksFile, sinksFor(receiver.url));
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env['PATH'],
      STEPGATE_MODE: 'dev',
      STEPGATE_PORT: String(port),
      STEPGATE_REDIS_URL: redis.url,
      STEPGATE_SECRET: secret,
      STEPGATE_SINKS_FILE: sinksFile,
      WEBHOOK_SECRET: webhookSecret,
      STEPGATE_LOCK_MS: '1000',
      ...changes,
    },
  });
  children.add(child);
  let output = '';
  const keep = (data: Buffer): void => void (output += data.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const url = `http://127.0.0.1:${String(port)}`;
  await waitUntil(
    () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    { timeoutMs: 20_000, what: () => `the worker did not become ready:\n${output}` },
  );
  return { child, url, output: () => output, exited };
};

const listen = async (answer: Answer): Promise<Receiver> =>
  (receiver = await startReceiver(answer));
const arrived = (count: number): Promise<void> =>
  waitUntil(() => receiver.received.length >= count, {
    timeoutMs: 30_000,
    what: () => `${String(receiver.received.length)} of ${String(count)} deliveries arrived`,
  });
const ids = (): string[] => receiver.received.map(({ id }) => id);

describe('the alert worker as a process', () => {
  it('delivers one signed alert for a burst of denials, and says so in metrics and on stdout', async () => {
    await listen(status(200));
    const worker = await startWorker();
    await bombard('alice');
    await arrived(1);
    expect(receiver.received[0] && verified(receiver.received[0])).toMatchObject({
      type: 'mfa.push_fatigue.opened',
      data: { tenant: 'acme', subject: { type: 'user', id: 'alice' }, count: 5, severity: 'high' },
    });
    await waitUntil(
      async () => {
        const text = await (await fetch(`${worker.url}/metrics`)).text();
        return (
          text.includes('stepgate_alerts_total{kind="push_fatigue",severity="high"} 1') &&
          text.includes('stepgate_alert_deliveries_total{sink="webhook",result="delivered"} 1') &&
          text.includes('stepgate_queue_jobs{state="completed"} 2') &&
          text.includes('stepgate_alerts_open 1') &&
          text.includes('stepgate_outbox_lag_seconds 0') &&
          text.includes('stepgate_redis_up 1')
        );
      },
      { timeoutMs: 10_000, what: () => 'the metrics do not tell of the alert' },
    );
    expect(worker.output()).toContain('"type":"mfa.push_fatigue.opened"');
    expect(worker.output()).not.toContain('alice');
    expect(receiver.received).toHaveLength(1);
  });

  it('tries again under the same id until the receiver takes the alert', async () => {
    await listen(
      inTurn(status(500), status(429, { 'retry-after': '1' }), status(302), status(204)),
    );
    await startWorker();
    await bombard('bob');
    await arrived(4);
    expect(new Set(ids()).size).toBe(1);
    const stamps = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(new Set(stamps).size).toBeGreaterThan(1);
    for (const message of receiver.received) expect(() => verified(message)).not.toThrow();
  });

  it('loses nothing when workers are killed in the middle of deliveries, again and again', async () => {
    const kills = 3;
    await listen((response, nth) => {
      if (nth >= kills) response.writeHead(204).end();
    });
    await bombard('carol');
    for (let n = 1; n <= kills; n += 1) {
      const { child, exited } = await startWorker();
      await arrived(n);
      child.kill('SIGKILL');
      await exited;
    }
    const last = await startWorker();
    await arrived(kills + 1);
    expect(new Set(ids()).size).toBe(1);
    await waitUntil(
      async () => (await (await fetch(`${last.url}/metrics`)).text()).includes('state="active"} 0'),
      { timeoutMs: 10_000, what: () => 'a job stays active' },
    );
    expect(receiver.received).toHaveLength(kills + 1);
  });

  it('finishes a delivery on SIGTERM and exits 0', async () => {
    await listen((response) => {
      setTimeout(() => response.writeHead(204).end(), 500);
    });
    const first = await startWorker();
    await bombard('dave');
    await arrived(1);
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(first.output()).toContain('"msg":"stopped"');
    const second = await startWorker();
    await bombard('erin');
    await arrived(2);
    expect(new Set(ids()).size).toBe(2);
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });

  it('exits within ten seconds of SIGTERM although a receiver hangs, and the next worker delivers', async () => {
    await listen(inTurn(silence, status(204)));
    const first = await startWorker();
    await bombard('frank');
    await arrived(1);
    const startedAt = Date.now();
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(10_500);
    await startWorker();
    await arrived(2);
    expect(new Set(ids()).size).toBe(1);
  });

  it('refuses to start with wrong settings, and says all that is wrong', async () => {
    await listen(silence);
    const child = spawn(process.execPath, [entry], {
      env: { PATH: process.env['PATH'], STEPGATE_PROT: '1', STEPGATE_SECRET: 'planted' },
    });
    let output = '';
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).not.toBe(0);
    expect(output.split('\n')).toEqual(
      expect.arrayContaining([
        '- STEPGATE_PROT is not a setting of this service.',
        '- STEPGATE_REDIS_URL is required.',
      ]),
    );
    expect(output).not.toContain('planted');
  });
});
