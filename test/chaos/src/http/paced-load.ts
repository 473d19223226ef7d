import { setTimeout as delay } from 'node:timers/promises';
import { ask, keepAlive, type Answer, type Question } from './ask.js';

export interface PacedLoad {
  readonly perSecond: number;
  readonly question: (n: number) => Question;
  readonly sockets?: number;
  /** Asked before each request: false ends the load. */
  readonly goOn: () => boolean;
  /**
   * Given: a request whose kept-alive connection was closed under it is asked again, once, as RFC 9112
   * (9.3.1) would have callers do where that is safe. Told of each.
   */
  readonly onStale?: () => void;
}

/**
 * Open loop: requests leave at their time, whether or not earlier ones were answered, as callers'
 * do. @returns every answer.
 */
export const runPaced = async (load: PacedLoad): Promise<readonly Answer[]> => {
  const agent = keepAlive(load.sockets ?? 64);
  const send = async (n: number): Promise<Answer> => {
    const answer = await ask(load.question(n), agent);
    if (load.onStale === undefined || answer.broken === null || !answer.reused) return answer;
    load.onStale();
    return ask(load.question(n), agent);
  };
  const answers: Promise<Answer>[] = [];
  const startedAt = performance.now();
  for (let n = 0; load.goOn(); n += 1) {
    const waitMs = startedAt + (n * 1_000) / load.perSecond - performance.now();
    if (waitMs > 0) await delay(waitMs);
    answers.push(send(n));
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
};

/** For so many seconds. */
export const during = (seconds: number): (() => boolean) => {
  const until = performance.now() + seconds * 1_000;
  return () => performance.now() < until;
};
