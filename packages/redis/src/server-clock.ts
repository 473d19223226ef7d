/**
 * The time of the Redis server, told from this process's monotonic clock, so that deadlines hold
 * whatever the wall clocks of the engines say.
 */
export interface ServerClock {
  /** Milliseconds by the server's clock; null before the first sample. Never ahead of the server. */
  now(): number | null;
  /** @param sample reads the server's TIME, in ms. */
  refresh(sample: () => Promise<number>): Promise<void>;
  /** The connection is gone; the next server may have another clock. */
  forget(): void;
}

/** A sample that took longer than this says too little while a better one is at hand. */
const preciseRoundTripMs = 20;

export const createServerClock = (): ServerClock => {
  let offsetMs: number | null = null;
  return {
    now: () => (offsetMs === null ? null : performance.now() + offsetMs),
    refresh: async (sample) => {
      const sentAt = performance.now();
      const serverTime = await sample();
      const receivedAt = performance.now();
      if (offsetMs !== null && receivedAt - sentAt > preciseRoundTripMs) return;
      // As if the answer had taken no time: the estimate lags by at most the round trip, so a
      // deadline made from it is early rather than late.
      offsetMs = serverTime - receivedAt;
    },
    forget: () => {
      offsetMs = null;
    },
  };
};
