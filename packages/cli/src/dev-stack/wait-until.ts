import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/** Polls a condition until it holds. @throws with the reason given when the time is up. */
export const waitUntil = async (
  holds: () => Promise<boolean> | boolean,
  { timeoutMs, what }: { readonly timeoutMs: number; readonly what: () => string },
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(what());
    await delay(pollMs);
  }
};
