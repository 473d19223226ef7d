import type { AlertQueue } from './alert-queue.js';
import type { Destination } from './ports.js';

export interface GoneSinksOptions {
  readonly queue: Pick<AlertQueue, 'counts' | 'promote' | 'registry'>;
  readonly served: readonly string[];
  /** How long no worker must have served a sink: workers of another configuration may be about to. */
  readonly goneAfterMs: number;
  readonly clock: () => number;
}

export interface GoneSinks {
  /** Notes the sinks that are served. @returns those that nobody has served for long. */
  look(): Promise<readonly Destination[]>;
}

const notYet = {
  kind: 'deferred',
  cause: 'the sink is served again',
  retryAfterMs: 60_000,
} as const;
const gone = { kind: 'dead', cause: 'the sink is no longer configured' } as const;

const isEmpty = (counts: Readonly<Record<string, number>>): boolean =>
  Object.values(counts).every((count) => count === 0);

/**
 * Finds jobs whose sink was taken out of the configuration. Nobody would ever take them: they join
 * the dead letters, where they are seen and can be replayed once the sink is back.
 */
export const createGoneSinks = (options: GoneSinksOptions): GoneSinks => {
  const { queue, served, goneAfterMs, clock } = options;
  const startedAt = clock();
  const unserved = async (): Promise<readonly string[]> => {
    // All workers may have been away: others get the same time to come back as this one had.
    if (clock() - startedAt < goneAfterMs) return [];
    return queue.registry.unservedSince(clock() - goneAfterMs);
  };
  const bury = (name: string): Destination => ({
    name,
    concurrency: 4,
    retryDelaysMs: null,
    accepts: () => false,
    deliver: async () => ((await unserved()).includes(name) ? gone : notYet),
  });
  return {
    look: async () => {
      await queue.registry.note(served, clock());
      const found: Destination[] = [];
      for (const name of await unserved()) {
        if (isEmpty({ ...(await queue.counts(name)) })) {
          await queue.registry.forget(name);
          continue;
        }
        await queue.promote(name);
        found.push(bury(name));
      }
      return found;
    },
  };
};
