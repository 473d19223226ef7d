import type { EventInput } from '@stepgate/contracts';

/** So many subjects at a time: a page of a log must not stand in the way of the next decision. */
const subjectsAtOnce = 16;

const bySubject = <T extends { readonly event: EventInput }>(items: readonly T[]): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const { type, id } = item.event.subject;
    const key = `${type}\n${id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
};

const timeOf = ({ occurredAt }: EventInput): number => occurredAt ?? 0;

/**
 * Records events one after the other for each subject, in the order of their time: an approval before
 * its prompts would be judged without them. Subjects are independent of each other.
 *
 * @throws what `record` throws, when nothing more is under way; the rest has not been recorded.
 */
export const recordInOrder = async <T extends { readonly event: EventInput }>(
  items: readonly T[],
  record: (item: T) => Promise<void>,
): Promise<void> => {
  const groups = bySubject(items).values();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const group of groups) {
      const ordered = group.toSorted((left, right) => timeOf(left.event) - timeOf(right.event));
      for (const item of ordered) {
        if (failed) return;
        await record(item);
      }
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const results = await Promise.allSettled(Array.from({ length: subjectsAtOnce }, guarded));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
};
