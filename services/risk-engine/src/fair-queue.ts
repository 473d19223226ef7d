export interface FairQueue<T> {
  /** How many wait, over all tenants. */
  size(): number;
  /**
   * Puts one at the end of its tenant's queue. Returns who has no place: nobody, the newest of the
   * tenant that waits with most, or the one that came.
   */
  push(tenant: string, item: T): T | null;
  /** The next in turn: tenants go round, each with its oldest. */
  shift(): T | undefined;
}

/**
 * A bounded queue that tenants share fairly: while there is room, anybody may take it; when it is
 * full, a tenant with less than the longest queue takes a place of the longest. So a tenant that floods
 * sheds its own requests and never another's.
 */
export const createFairQueue = <T>(maxWaiting: number): FairQueue<T> => {
  /** Only tenants that wait, in the order in which they come to turn. */
  const queues = new Map<string, T[]>();
  let waiting = 0;

  const longest = (): T[] => {
    let found: T[] = [];
    for (const queue of queues.values()) if (queue.length > found.length) found = queue;
    return found;
  };

  return {
    size: () => waiting,
    push: (tenant, item) => {
      const own = queues.get(tenant);
      let shed: T | null = null;
      if (waiting >= maxWaiting) {
        const most = longest();
        if (most.length <= (own?.length ?? 0) + 1) return item;
        shed = most.pop() ?? null;
        waiting -= 1;
      }
      if (own === undefined) queues.set(tenant, [item]);
      else own.push(item);
      waiting += 1;
      return shed;
    },
    shift: () => {
      const [turn] = queues;
      if (turn === undefined) return undefined;
      const [tenant, queue] = turn;
      const item = queue.shift();
      waiting -= 1;
      // Its next turn comes after all the others'.
      queues.delete(tenant);
      if (queue.length > 0) queues.set(tenant, queue);
      return item;
    },
  };
};
