import { within } from './time-limit.js';

export interface GroupCommit {
  /**
   * Resolves with what a barrier that began after the call says; null when it failed, did not end
   * within the budget, or the last one had failed. Never rejects.
   */
  join(budgetMs: number): Promise<string | null>;
  close(): void;
}

/** Who has waited that long has waited for something that is broken. */
const patienceMs = 40;
const retryPauseMs = 250;

interface Round {
  readonly outcome: Promise<string | null>;
  begin(): void;
}

const createRound = (start: () => Promise<string | null>): Round => {
  let begin = (): void => undefined;
  const outcome = new Promise<string | null>((resolve) => {
    begin = () => void start().then(resolve);
  });
  return {
    outcome,
    begin: () => {
      begin();
    },
  };
};

/**
 * One barrier at a time for all who ask meanwhile. Once one has failed, nobody waits: it is tried again
 * in the background, so that a replica that is gone costs one budget and not one for each denial.
 */
export const createGroupCommit = (pass: () => Promise<string | null>): GroupCommit => {
  let running = false;
  let next: Round | null = null;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const run = async (): Promise<string | null> => {
    running = true;
    const outcome = await pass().catch(() => null);
    running = false;
    failing = outcome === null;
    if (failing && !closed) {
      timer = setTimeout(() => void startRound(), retryPauseMs);
      timer.unref();
    }
    const waiting = next;
    next = null;
    waiting?.begin();
    return outcome;
  };
  const startRound = (): Promise<string | null> => {
    clearTimeout(timer);
    return run();
  };
  const roundToCome = (): Promise<string | null> => {
    if (!running) return startRound();
    next ??= createRound(() => (failing ? Promise.resolve(null) : startRound()));
    return next.outcome;
  };

  return {
    join: async (budgetMs) => {
      if (closed || failing || budgetMs <= 0) return null;
      try {
        return await within(budgetMs, roundToCome());
      } catch {
        failing ||= running && budgetMs >= patienceMs;
        return null;
      }
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
