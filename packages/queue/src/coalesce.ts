import type { OutboxEntry, SealedAlert } from '@stepgate/assessment';

/** Entries that leave the outbox together, and what is sent in their place. */
export interface Batch {
  /** The oldest; the batch is complete once this was a window ago. */
  readonly first: OutboxEntry;
  readonly entries: readonly OutboxEntry[];
  readonly messages: readonly SealedAlert[];
}

const byAge = (a: OutboxEntry, b: OutboxEntry): number =>
  a.writtenAt - b.writtenAt || a.alert.revision - b.alert.revision;

const newest = (alerts: readonly SealedAlert[]): SealedAlert | undefined =>
  alerts.reduce<SealedAlert | undefined>(
    (latest, alert) => (latest === undefined || alert.revision > latest.revision ? alert : latest),
    undefined,
  );

/** The news that outweighs the others: who was never told of an alert must hear that it was opened. */
const phaseOf = (alerts: readonly SealedAlert[], latest: SealedAlert): SealedAlert['phase'] =>
  (['opened', 'escalated'] as const).find((phase) => alerts.some((one) => one.phase === phase)) ??
  latest.phase;

/** The end of an alert is a message of its own, also when it follows at once. */
const messagesOf = (entries: readonly OutboxEntry[]): readonly SealedAlert[] => {
  const alerts = entries.map(({ alert }) => alert);
  const open = alerts.filter(({ phase }) => phase !== 'closed');
  const latest = newest(open);
  const merged = latest === undefined ? [] : [{ ...latest, phase: phaseOf(open, latest) }];
  const closed = new Map(
    alerts.filter(({ phase }) => phase === 'closed').map((alert) => [alert.id, alert]),
  );
  return [...merged, ...closed.values()];
};

/**
 * Merges the messages of one alert that were written within `windowMs` of the first of them: a burst
 * of prompts gives one message, not one for each rung. Windows follow from the entries alone, so
 * every relay, also one that begins anew after a crash, makes the same messages of them.
 */
export const coalesce = (entries: readonly OutboxEntry[], windowMs: number): readonly Batch[] => {
  const groups: { readonly first: OutboxEntry; readonly entries: OutboxEntry[] }[] = [];
  const latestOf = new Map<string, (typeof groups)[number]>();
  for (const entry of entries.toSorted(byAge)) {
    const group = latestOf.get(entry.alert.alertId);
    if (group !== undefined && entry.writtenAt - group.first.writtenAt <= windowMs) {
      group.entries.push(entry);
    } else {
      const begun = { first: entry, entries: [entry] };
      latestOf.set(entry.alert.alertId, begun);
      groups.push(begun);
    }
  }
  return groups.map((group) => ({ ...group, messages: messagesOf(group.entries) }));
};
