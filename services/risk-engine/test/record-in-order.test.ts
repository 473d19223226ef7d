import type { EventInput } from '@stepgate/contracts';
import { recordInOrder } from '../src/routes/record-in-order.js';

const item = (id: string, occurredAt: number): { readonly event: EventInput } => ({
  event: {
    id: `${id}@${String(occurredAt)}`,
    type: 'push_denied',
    subject: { type: 'user', id },
    groups: [],
    occurredAt,
    decisionId: null,
    address: null,
    deviceId: null,
    userAgent: null,
    rttMs: null,
    compromisedSince: null,
    promptId: null,
  },
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('events of one document', () => {
  it('are recorded by time for each subject, one at a time, whatever their order in it', async () => {
    const recorded: string[] = [];
    const underWay = new Set<string>();
    const times = [5, 3, 9, 1, 7];
    const items = ['a', 'b', 'c'].flatMap((id) => times.map((at) => item(id, at)));
    await recordInOrder(items, async ({ event }) => {
      expect(underWay.has(event.subject.id)).toBe(false);
      underWay.add(event.subject.id);
      await turn();
      underWay.delete(event.subject.id);
      recorded.push(event.id);
    });
    for (const id of ['a', 'b', 'c']) {
      const own = recorded.filter((one) => one.startsWith(id));
      expect(own).toEqual([1, 3, 5, 7, 9].map((at) => `${id}@${String(at)}`));
    }
  });

  it('of many subjects are recorded some at a time', async () => {
    let underWay = 0;
    let most = 0;
    const items = Array.from({ length: 200 }, (_, n) => item(`s${String(n)}`, n));
    await recordInOrder(items, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await turn();
      underWay -= 1;
    });
    expect(most).toBe(16);
  });

  it('are left alone after the first that cannot be recorded, and the failure is told last', async () => {
    let started = 0;
    let ended = 0;
    const items = Array.from({ length: 200 }, (_, n) => item(`s${String(n)}`, n));
    const recording = recordInOrder(items, async () => {
      started += 1;
      const nth = started;
      await turn();
      ended += 1;
      if (nth === 5) throw new Error('away');
    });
    await expect(recording).rejects.toThrow('away');
    expect([started, ended]).toEqual([ended, started]);
    expect(started).toBeLessThan(40);
  });
});
