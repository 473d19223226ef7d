import { setTimeout as sleep } from 'node:timers/promises';

export interface BackgroundLoop {
  start(): void;
  /** Resolves once the pass at hand is done. */
  stop(): Promise<void>;
}

/** Passes one after the other; each says how many milliseconds to pause after it, and never throws. */
export const createBackgroundLoop = (pass: () => Promise<number>): BackgroundLoop => {
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const run = async (): Promise<void> => {
    // A pause of zero still yields, so that a long pass after pass does not starve the process.
    while (!stopping.signal.aborted) await pause(await pass());
  };
  return {
    start: () => {
      loop = run();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
