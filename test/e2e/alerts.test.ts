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

interface Told {
  readonly subject: { readonly id: string };
  readonly phase: string;
  readonly severity: string;
  readonly alert_id: string;
}

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
      return (verified as { data: Told }).data;
    });
    // Opened and grown critical within the second for which the relay lets it lie: one message.
    expect(alerts.map(({ subject, phase, severity }) => [subject.id, phase, severity])).toEqual([
      ['bombed', 'opened', 'critical'],
      ['other', 'opened', 'high'],
    ]);
    const log = await readFile(stack.addresses.webhook_log, 'utf8');
    expect(log.trim().split('\n')).toHaveLength(2);
  }, 60_000);

  it('that nobody answers reach a human without any further event', async () => {
    const before = stack.receiver.deliveries().length;
    const late = new Date(Date.now() - 118_000).toISOString();
    const sent = { type: 'push_sent', subject: { type: 'user', id: 'ignorer' } } as const;
    for (let n = 0; n < 5; n += 1) await api.send({ ...sent, occurred_at: late });
    await arrived(before + 1);
    const [delivery] = stack.receiver.deliveries().slice(before);
    const { data } = JSON.parse(delivery?.body ?? '{}') as {
      data: Told & { prompts: Record<string, number> };
    };
    expect(data).toMatchObject({
      subject: { id: 'ignorer' },
      phase: 'opened',
      prompts: { sent: 5, ignored: 5, denied: 0 },
    });
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
