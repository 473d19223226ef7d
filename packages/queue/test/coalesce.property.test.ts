import type { AlertPhase, OutboxEntry, SealedAlert } from '@stepgate/assessment';
import * as fc from 'fast-check';
import { coalesce, type Batch } from '../src/coalesce.js';
import { createOutboxDrain } from '../src/outbox-drain.js';
import { createReconciler } from '../src/reconciler.js';
import { createSettlement } from '../src/settlement.js';
import type { JobProgress } from '../src/index.js';
import { createRecorder, messageOf } from './samples.js';
import { seed } from './property-options.js';

const windowMs = 1_000;
const options = { seed, numRuns: 500 };

/** What the engine writes: each alert opened first, its revisions in order, perhaps closed at last. */
const story = fc
  .array(
    fc.record({
      steps: fc.array(
        fc.record({
          phase: fc.constantFrom<AlertPhase>('updated', 'escalated'),
          afterMs: fc.nat({ max: 2_500 }),
        }),
        { maxLength: 8 },
      ),
      closes: fc.boolean(),
      firstAt: fc.nat({ max: 5_000 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((alerts) =>
    alerts.flatMap(({ steps, closes, firstAt }, n): OutboxEntry[] => {
      const phases: { phase: AlertPhase; afterMs: number }[] = [
        { phase: 'opened', afterMs: 0 },
        ...steps,
        ...(closes ? [{ phase: 'closed' as const, afterMs: 5 }] : []),
      ];
      let writtenAt = firstAt;
      return phases.map(({ phase, afterMs }, index) => {
        writtenAt += afterMs;
        const alert = messageOf(`a${String(n)}`, index + 1, { phase });
        return { receipt: `${String(n)}-${String(index)}`, alert, writtenAt };
      });
    }),
  );

const shuffledStory = story.chain((entries) =>
  fc.tuple(
    fc.constant(entries),
    fc.shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length }),
  ),
);

const perAlert = <T extends { readonly alertId: string }>(all: readonly T[]): T[][] => [
  ...all
    .reduce(
      (groups, one) => groups.set(one.alertId, [...(groups.get(one.alertId) ?? []), one]),
      new Map<string, T[]>(),
    )
    .values(),
];
const messagesOf = (batches: readonly Batch[]): SealedAlert[] =>
  batches.flatMap(({ messages }) => messages);

describe('coalescing, for any story', () => {
  it('takes each entry into exactly one batch', () => {
    fc.assert(
      fc.property(story, (entries) => {
        const taken = coalesce(entries, windowMs).flatMap((batch) =>
          batch.entries.map(({ receipt }) => receipt),
        );
        expect(taken.sort()).toEqual(entries.map(({ receipt }) => receipt).sort());
      }),
      options,
    );
  });

  it('never loses the latest revision, nor that an alert was opened, escalated or closed', () => {
    fc.assert(
      fc.property(story, (entries) => {
        const sent = messagesOf(coalesce(entries, windowMs));
        const written = entries.map(({ alert }) => alert);
        for (const alerts of perAlert(written)) {
          const mine = sent.filter(({ alertId }) => alertId === alerts[0]?.alertId);
          const latest = Math.max(...alerts.map(({ revision }) => revision));
          expect(Math.max(...mine.map(({ revision }) => revision))).toBe(latest);
          expect(mine.filter(({ phase }) => phase === 'opened')).toHaveLength(1);
          expect(mine.filter(({ phase }) => phase === 'closed').map(({ id }) => id)).toEqual(
            alerts.filter(({ phase }) => phase === 'closed').map(({ id }) => id),
          );
          // What became worse is told by the message in which it is, or by one that opens with it.
          for (const { revision } of alerts.filter(({ phase }) => phase === 'escalated')) {
            const teller = mine.find(
              (one) =>
                one.revision >= revision && one.phase !== 'updated' && one.phase !== 'closed',
            );
            expect(teller).toBeDefined();
          }
        }
      }),
      options,
    );
  });

  it('makes no message up, and none twice', () => {
    fc.assert(
      fc.property(story, (entries) => {
        const sent = messagesOf(coalesce(entries, windowMs));
        const byId = new Map(entries.map(({ alert }) => [alert.id, alert]));
        expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
        for (const message of sent) {
          expect({ ...message, phase: null }).toEqual({ ...byId.get(message.id), phase: null });
        }
      }),
      options,
    );
  });

  it('makes the same messages whatever order the entries are read in', () => {
    fc.assert(
      fc.property(shuffledStory, ([entries, shuffled]) => {
        const ids = (all: readonly OutboxEntry[]) =>
          messagesOf(coalesce(all, windowMs))
            .map(({ id, phase }) => `${id} ${phase}`)
            .sort();
        expect(ids(shuffled)).toEqual(ids(entries));
      }),
      options,
    );
  });
});

/** The steps of relay and reconciler in memory; the n-th step that changes something is the last. */
const createWorld = (entries: readonly OutboxEntry[], crashAfter: number) => {
  let outbox = [...entries];
  const held = new Map<string, SealedAlert>();
  const jobs = new Map<string, SealedAlert>();
  let steps = 0;
  const step = (change: () => void): Promise<void> => {
    if (steps >= crashAfter) return Promise.reject(new Error('killed'));
    steps += 1;
    change();
    return Promise.resolve();
  };
  const parts = (alive: boolean) => {
    const doing = (change: () => void): Promise<void> => {
      if (!alive) return step(change);
      change();
      return Promise.resolve();
    };
    const enqueue = (alert: SealedAlert, sink: string) =>
      doing(() => void jobs.set(`${alert.id} ${sink}`, alert));
    const progressOf = (id: string, sink: string): Promise<JobProgress> =>
      Promise.resolve(jobs.has(`${id} ${sink}`) ? 'pending' : 'missing');
    return {
      outbox: {
        peek: (limit: number) => Promise.resolve(outbox.slice(0, limit)),
        hold: (alerts: readonly SealedAlert[]) =>
          doing(() => {
            for (const alert of alerts) held.set(alert.id, alert);
          }),
        remove: (gone: readonly OutboxEntry[]) =>
          doing(() => {
            outbox = outbox.filter((entry) => !gone.includes(entry));
          }),
        overdue: () => Promise.resolve([...held.values()]),
        settle: (id: string) => doing(() => void held.delete(id)),
        heldState: () => Promise.resolve({ count: held.size, oldestAt: null }),
      },
      queue: { enqueue, enqueueAgain: enqueue, progressOf },
    };
  };
  return { parts, jobs, left: () => outbox.length };
};

describe('relaying, for any story and a crash after any step', () => {
  it('gives each sink the messages that would have come without the crash', async () => {
    const sinks = ['one', 'two'].map((name) => ({ name, accepts: () => true }));
    await fc.assert(
      fc.asyncProperty(story, fc.nat({ max: 40 }), async (entries, crashAfter) => {
        const { parts, jobs, left } = createWorld(entries, crashAfter);
        const relay = (alive: boolean) =>
          createOutboxDrain({
            ...parts(alive),
            sinks,
            settleMs: windowMs,
            clock: () => 1_000_000,
            metrics: createRecorder().metrics,
          });
        await relay(false)
          .once()
          .catch(() => undefined);
        await relay(true).once();
        const { outbox, queue } = parts(true);
        const settlement = createSettlement({ outbox, queue, sinks });
        await createReconciler({
          outbox,
          queue,
          settlement,
          ...createRecorder(),
        }).reconcileOnce();
        const expected = messagesOf(coalesce(entries, windowMs)).flatMap(({ id }) =>
          sinks.map(({ name }) => `${id} ${name}`),
        );
        expect([...jobs.keys()].sort()).toEqual(expected.sort());
        expect(left()).toBe(0);
      }),
      options,
    );
  });
});
