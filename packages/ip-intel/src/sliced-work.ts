import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** Long work that offers to pause at each `yield`. Pauses must be a few hundred microseconds apart. */
export type SlicedWork<Result> = Generator<undefined, Result, undefined>;

/** How long a slice may hold the event loop. */
const sliceMs = 5;

/** Runs the work to its end; requests are served between the slices. */
export const runInSlices = async <Result>(work: SlicedWork<Result>): Promise<Result> => {
  for (;;) {
    const until = performance.now() + sliceMs;
    let step = work.next();
    while (step.done !== true && performance.now() < until) step = work.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
};
