import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ScoredSeed, SeedTask } from './score-seed.js';

const scoreInThread = (task: SeedTask, signal: AbortSignal): Promise<ScoredSeed> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./seed-worker.js', import.meta.url), { workerData: task });
    signal.addEventListener('abort', () => {
      reject(new Error('interrupted', { cause: signal.reason }));
      void worker.terminate();
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      // After its answer, this says nothing new.
      reject(new Error(`the thread of seed ${String(task.seed)} ended with ${String(code)}`));
    });
  });

/** Seed by seed, as many at once as there are cores; the answers in the order of the seeds. */
export const runSeeds = async (
  tasks: readonly SeedTask[],
  { signal, onDone }: { readonly signal: AbortSignal; readonly onDone: (seed: number) => void },
): Promise<readonly ScoredSeed[]> => {
  const done = new Map<number, ScoredSeed>();
  const waiting = tasks.values();
  const work = async (): Promise<void> => {
    for (const task of waiting) {
      done.set(task.seed, await scoreInThread(task, signal));
      onDone(task.seed);
    }
  };
  await Promise.all(Array.from({ length: Math.min(tasks.length, availableParallelism()) }, work));
  return tasks.flatMap(({ seed }) => done.get(seed) ?? []);
};
