import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition, and fails when it does not come true in time. */
export const waitFor = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 5_000,
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${String(withinMs)} ms: ${what}`);
    await pause(5);
  }
};
