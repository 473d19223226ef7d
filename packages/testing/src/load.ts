import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Api } from './api.js';

/** Status 0: the connection broke before an answer. */
const noAnswer = (startedAt: number): Answer => ({
  status: 0,
  body: null,
  ms: performance.now() - startedAt,
});

/** Never rejects: a broken connection is something seen, not the end of a load. */
export const postOrBreak = async (api: Api, path: string, body: unknown): Promise<Answer> => {
  const startedAt = performance.now();
  return api.post(path, body).catch(() => noAnswer(startedAt));
};

export interface RateOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** Looked at before each call: true ends the load early. */
  readonly stop?: () => boolean;
}

/**
 * Open loop: calls at a fixed rate, whether or not the earlier ones have been answered, so that a slow
 * server cannot slow down what it is measured by.
 *
 * @returns the answers in the order of their calls.
 */
export const fireAtRate = async <T>(
  { perSecond, seconds, stop = () => false }: RateOptions,
  fire: (n: number) => Promise<T>,
): Promise<T[]> => {
  const answers: Promise<T>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < seconds * perSecond && !stop(); n += 1) {
    const dueIn = startedAt + (n * 1_000) / perSecond - performance.now();
    if (dueIn > 1) await delay(dueIn);
    answers.push(fire(n));
  }
  return Promise.all(answers);
};

/** Closed loop: so many at a time, each lane sends its next call when the last one was answered. */
export const fireInLanes = async <T>(
  { lanes, calls }: { readonly lanes: number; readonly calls: number },
  fire: (n: number) => Promise<T>,
): Promise<T[]> => {
  const answers: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < calls) {
      const n = next;
      next += 1;
      answers[n] = await fire(n);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return answers;
};
