import type { OutboxEntry, SealedAlert } from '@stepgate/assessment';
import { coalesce } from '../src/coalesce.js';
import { messageOf } from './samples.js';

const windowMs = 1_000;
const entry = (alert: SealedAlert, writtenAt: number): OutboxEntry => ({
  receipt: `r-${alert.id}-${String(writtenAt)}`,
  alert,
  writtenAt,
});
const told = (entries: readonly OutboxEntry[]) =>
  coalesce(entries, windowMs).map(({ messages }) =>
    messages.map(({ id, phase }) => `${id} ${phase}`),
  );
const opened = messageOf('a', 1, { phase: 'opened' });
const escalated = messageOf('a', 2, { phase: 'escalated', severity: 'critical', count: 10 });
const updated = messageOf('a', 3, { count: 30 });
const closed = messageOf('a', 4, { phase: 'closed', closedBy: 'feedback_legitimate' });

describe('coalescing', () => {
  it('makes one message of a burst: the latest content, and that it was opened', () => {
    const batches = coalesce(
      [entry(opened, 0), entry(escalated, 10), entry(updated, 900)],
      windowMs,
    );
    expect(batches.map(({ messages }) => messages)).toEqual([[{ ...updated, phase: 'opened' }]]);
    expect(batches[0]?.entries).toHaveLength(3);
  });

  it('takes the order from the revisions, not from the outbox', () => {
    expect(told([entry(updated, 5), entry(opened, 5), entry(escalated, 5)])).toEqual([
      ['a_3 opened'],
    ]);
  });

  it('tells of the escalation when the opening has been told before', () => {
    expect(told([entry(escalated, 0), entry(updated, 10)])).toEqual([['a_3 escalated']]);
    expect(told([entry(updated, 10)])).toEqual([['a_3 updated']]);
  });

  it('tells of the end in a message of its own', () => {
    expect(told([entry(opened, 0), entry(updated, 10), entry(closed, 20)])).toEqual([
      ['a_3 opened', 'a_4 closed'],
    ]);
    expect(told([entry(closed, 20)])).toEqual([['a_4 closed']]);
  });

  it('begins a new message when the window is over', () => {
    expect(told([entry(opened, 0), entry(escalated, 1_000), entry(updated, 1_001)])).toEqual([
      ['a_2 opened'],
      ['a_3 updated'],
    ]);
  });

  it('keeps alerts apart', () => {
    const other = messageOf('b', 1, { phase: 'opened' });
    expect(told([entry(opened, 0), entry(other, 1), entry(escalated, 2)])).toEqual([
      ['a_2 opened'],
      ['b_1 opened'],
    ]);
  });

  it('makes one message of an entry that was written twice', () => {
    expect(told([entry(opened, 0), entry(opened, 3)])).toEqual([['a_1 opened']]);
    expect(told([entry(closed, 0), entry(closed, 3)])).toEqual([['a_4 closed']]);
  });

  it('has nothing to say of an empty outbox', () => {
    expect(coalesce([], windowMs)).toEqual([]);
  });
});
