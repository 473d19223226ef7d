import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevStack, waitUntil, type DevStack } from '@stepgate/cli';
import { Webhook } from 'standardwebhooks';
import { createApi, login, type Api } from './api.js';

let stack: DevStack;
let api: Api;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-alerts-'));
  stack = await startDevStack({ directory, temporary: true, wellKnownPorts: false });
  api = createApi(stack.addresses.engine, stack.addresses.api_key);
}, 90_000);

afterAll(async () => {
  api.close();
  await stack.stop();
});

const denials = async (id: string, times: number): Promise<void> => {
  const denial = { type: 'push_denied', subject: { type: 'user', id } } as const;
  await Promise.all(Array.from({ length: times }, () => api.send(denial)));
};

const arrived = async (count: number): Promise<void> => {
  await waitUntil(() => stack.receiver.deliveries().length >= count, {
    timeoutMs: 20_000,
    what: () => `${String(stack.receiver.deliveries().length)} of ${String(count)} alerts arrived`,
  });
};

describe('repeated push denials', () => {
  it('reach a human once, however many come at a time, signed as Standard Webhooks says', async () => {
    await denials('quiet', 4);
    for (let burst = 0; burst < 5; burst += 1) await denials('bombed', 100);
    await arrived(1);
    // A second subject's alert passes the same relay and queue, so that a further one of the first
    // would have come before it.
    await denials('other', 5);
    await arrived(2);
    const alerts = stack.receiver.deliveries().map((delivery) => {
      const verified = new Webhook(stack.addresses.webhook_secret).verify(delivery.body, {
        ...delivery.headers,
      });
      return (verified as { data: { subject: { id: string }; count: number } }).data;
    });
    expect(alerts.map(({ subject, count }) => [subject.id, count])).toEqual([
      ['bombed', 5],
      ['other', 5],
    ]);
    const log = await readFile(stack.addresses.webhook_log, 'utf8');
    expect(log.trim().split('\n')).toHaveLength(2);
  }, 60_000);

  it('hold the subject, but not the owner on a proven device', async () => {
    const id = 'owner';
    await api.send({
      type: 'login_succeeded',
      subject: { type: 'user', id },
      context: { ip: '77.161.224.17', device: { id: 'laptop' } },
    });
    await denials(id, 10);
    expect((await api.decide(login(id, { device: 'thief' }))).decision).toBe('deny');
    expect((await api.decide(login(id))).decision).toBe('step_up');
  });
});
