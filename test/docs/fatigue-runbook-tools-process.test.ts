import type { SealedAlert } from '@stepgate/assessment';
import { waitUntil } from '@stepgate/cli';
import {
  createAlertQueue,
  createAlertWorker,
  type AlertQueue,
  type AlertWorker,
  type Destination,
} from '@stepgate/queue';
import { createAlertSeal } from '@stepgate/redis';
import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { runBlock, shellBlock } from './fatigue-runbook.js';

const secret = 'a secret of the deployment, long enough';

describe('the commands about policies on the page for an analyst', () => {
  it('find nothing wrong with those that are shipped', async () => {
    expect(await runBlock(shellBlock('policy lint'), {})).toMatch(/\d/);
  }, 60_000);
});

describe('the import on the page for an analyst', () => {
  it('tells of rungs, the alert and its lead over the approval, without the real Redis', async () => {
    const shown = await runBlock(shellBlock('events import'), {
      LOG: 'packages/idp-events/test/fixtures/okta.json',
      STEPGATE_REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect(shown).toMatch(/rung \d+ reached/);
    expect(shown).toMatch(/alert opened: push_fatigue/);
    expect(shown).toMatch(/prompt approved after \d+ unanswered, .+ after the alert/);
    expect(shown).toMatch(/^okta: \d+ rows, \d+ events, \d+ rows unknown$/m);
    expect(shown).toMatch(/^unknown +row \d+/m);
  }, 60_000);
});

describe('the dead letters on the page for an analyst', () => {
  let server: RedisServer;
  let queue: AlertQueue;
  let worker: AlertWorker;
  let mended = false;
  const taken: string[] = [];
  const sink: Destination = {
    name: 'soc',
    concurrency: 1,
    retryDelaysMs: [],
    accepts: () => true,
    deliver: ({ id }) => {
      if (mended) taken.push(id);
      return Promise.resolve(mended ? { kind: 'delivered' } : { kind: 'dead', cause: 'HTTP 410' });
    },
  };
  const alert: SealedAlert = {
    id: 'alr_1_1',
    alertId: 'alr_1',
    revision: 1,
    kind: 'push_fatigue',
    phase: 'opened',
    severity: 'high',
    tenant: 'acme',
    policy: 'workforce',
    sealedSubject: createAlertSeal(secret).sealSubject({ type: 'user', id: 'alice' }),
    openedAt: 1_767_225_600_000,
    since: 1_767_225_000_000,
    at: 1_767_225_600_000,
    count: 5,
    windowMs: 86_400_000,
    prompts: { sent: 5, approved: 0, denied: 5, ignored: 0, reported: 0 },
    approvedAt: null,
    sources: [],
    sourceCount: 0,
    devices: [],
    deviceCount: 0,
    actions: [],
    closedBy: null,
    campaign: null,
  };
  const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
    waitUntil(condition, { timeoutMs: 10_000, what: () => what });
  const failed = (): Promise<number> =>
    queue.counts('soc').then(
      (counts) => counts.failed,
      () => -1,
    );

  beforeAll(async () => {
    server = await startRedisServer();
    queue = createAlertQueue({ url: server.url, sinks: [sink] });
    await until('the queue does not answer', async () => (await failed()) === 0);
    const nothing = (): undefined => undefined;
    worker = createAlertWorker({
      url: server.url,
      queue,
      sinks: [sink],
      settlement: { settleIfEnded: () => Promise.resolve() },
      log: { info: nothing, warn: nothing, error: nothing },
      metrics: {
        alert: nothing,
        alertDelivery: nothing,
        alertDelivered: nothing,
        outboxLag: nothing,
        undelivered: nothing,
        queueJobs: nothing,
        workerRestarted: nothing,
      },
    });
    worker.start();
    await queue.enqueue(alert, 'soc');
    await until('the message is not given up', async () => (await failed()) === 1);
  }, 30_000);
  afterAll(async () => {
    await worker.stop(1_000);
    await queue.close();
    await server.stop();
  });

  const settings = () => ({ STEPGATE_REDIS_URL: server.url, STEPGATE_SECRET: secret });

  it('are listed, and with the secret it is said who is in them', async () => {
    const shown = await runBlock(shellBlock('alerts dead list'), settings());
    expect(shown.match(/alr_1_1 +soc/g)).toHaveLength(2);
    expect(shown.match(/user:alice/g)).toHaveLength(1);
  }, 30_000);

  it('are all tried again by one command, once the sink is mended', async () => {
    mended = true;
    const shown = await runBlock(shellBlock('alerts dead replay'), settings());
    expect(shown).toContain('dead letters: 1 replayed');
    await until('the message is not delivered', () => Promise.resolve(taken.length === 1));
    expect(taken).toEqual(['alr_1_1']);
  }, 30_000);
});
