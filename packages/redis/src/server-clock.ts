/**
 * The time of the Redis server, told from this process's monotonic clock, so that deadlines hold
 * whatever the wall clocks of the engines say.
 */
export interface ServerClock {
  /** Milliseconds by the server's clock; null before the first sample. Never ahead of the server. */
  now(): number | null;
  /**
   * @param sample reads the server's TIME, in ms.
   * @returns whether it was precise: an answer that lay unread, since this process was busy, makes
   * every deadline early by as much, and should soon be followed by a better one.
   */
  refresh(sample: () => Promise<number>): Promise<boolean>;
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
      const isPrecise = receivedAt - sentAt <= preciseRoundTripMs;
      // As if the answer had taken no time: the estimate lags by at most the round trip, so a
      // deadline made from it is early rather than late.
      const estimate = serverTime - receivedAt;
      // A later estimate is the better one of two imprecise ones: none is ever ahead of the server.
      if (offsetMs === null || isPrecise || estimate > offsetMs) offsetMs = estimate;
      return isPrecise;
    },
    forget: () => {
      offsetMs = null;
    },
  };
};
