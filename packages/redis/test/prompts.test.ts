import type { EventType } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import type { Fixture } from './redis-fixture.js';
import { openFixture } from './redis-fixture.js';
import { admission, admitted, event, hourMs, minuteMs, morning, subject } from './requests.js';

describe('prompts and their answers', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  const tell = (type: EventType, who: SubjectRef, overrides: Parameters<typeof event>[1] = {}) =>
    fixture.state.events.recordEvent(event(type, { subject: who, ...overrides }));
  const stateOf = async (who: SubjectRef, now = morning) =>
    admitted(await fixture.state.attempts.admitAttempt(admission({ subject: who, now }))).state;

  it('takes a prompt without an answer for an ignored one when its lifetime is over', async () => {
    const who = subject();
    await tell('push_sent', who);
    const waits = await stateOf(who, morning + 2 * minuteMs - 1);
    expect(waits.push).toMatchObject({ ladder: 0, pending: 1, last10m: { ignored: 0 } });
    const ranOut = await stateOf(who, morning + 2 * minuteMs);
    expect(ranOut.push).toMatchObject({ ladder: 1, pending: 0, last10m: { ignored: 1 } });
    expect(ranOut.push.since).toBe(morning);
  });

  it.each([
    'push_denied',
    'push_ignored',
    'push_reported',
    'push_approved',
    'push_cancelled',
  ] as const)(
    'does not count a prompt again that %s has answered, in whatever order the two are told',
    async (answer) => {
      for (const order of [
        ['push_sent', answer],
        [answer, 'push_sent'],
      ] as const) {
        const who = subject();
        const at = { push_sent: morning, [answer]: morning + 30_000 } as Record<EventType, number>;
        for (const type of order) {
          await tell(type, who, { occurredAt: at[type], now: morning + minuteMs });
        }
        const { push } = await stateOf(who, morning + 5 * minuteMs);
        expect(push.last10m.ignored).toBe(answer === 'push_ignored' ? 1 : 0);
        expect(push.pending).toBe(0);
      }
    },
  );

  it('matches answers to the prompts that they name', async () => {
    const who = subject();
    await tell('push_sent', who, { promptId: 'one' });
    await tell('push_sent', who, { promptId: 'two', occurredAt: morning - minuteMs });
    await tell('push_approved', who, { promptId: 'two' });
    await tell('push_approved', who, { promptId: 'two' });
    const { push } = await stateOf(who, morning + 2 * minuteMs);
    expect(push.last10m).toMatchObject({ sent: 2, approved: 1, ignored: 1 });
  });

  it('counts a cancelled prompt for nothing', async () => {
    const who = subject();
    for (let n = 0; n < 5; n += 1) {
      await tell('push_sent', who, { promptId: String(n) });
      await tell('push_cancelled', who, { promptId: String(n) });
    }
    const { push } = await stateOf(who, morning + hourMs);
    expect(push).toMatchObject({ ladder: 0, pending: 0, last24h: { sent: 5, ignored: 0 } });
  });
});
