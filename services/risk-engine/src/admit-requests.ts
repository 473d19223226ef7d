import type { RequestHandler, Response } from 'express';
import { answerProblem } from './answer-problem.js';

interface AdmissionLimits {
  /** Requests worked on at once. */
  readonly maxRunning: number;
  /** Requests that wait for their turn; further ones are shed. */
  readonly maxWaiting: number;
  /** A gateway has given up by then. */
  readonly maxWaitMs: number;
}

/**
 * More at once than this makes each answer later and none sooner, and lets time-outs of the state
 * store run out on work that only waited for this process.
 */
const defaultAdmissionLimits: AdmissionLimits = {
  maxRunning: 16,
  maxWaiting: 2_000,
  maxWaitMs: 1_000,
};

interface Waiting {
  readonly response: Response;
  readonly since: number;
  readonly next: () => void;
}

/** Works on a bounded number of requests and sheds early with 503: an overload is never an allow. */
export const admitRequests = (limits = defaultAdmissionLimits): RequestHandler => {
  const waiting: Waiting[] = [];
  let running = 0;
  const shed = (response: Response): void => {
    answerProblem(response, { problem: 'overloaded', detail: 'Try again shortly.' });
  };
  const run = ({ response, next }: Pick<Waiting, 'response' | 'next'>): void => {
    running += 1;
    response.once('close', () => {
      running -= 1;
      runNext();
    });
    next();
  };
  const runNext = (): void => {
    while (running < limits.maxRunning) {
      const head = waiting.shift();
      if (head === undefined) return;
      if (head.response.destroyed) continue;
      if (performance.now() - head.since > limits.maxWaitMs) shed(head.response);
      else run(head);
    }
  };
  return (_request, response, next) => {
    if (running < limits.maxRunning) run({ response, next });
    else if (waiting.length >= limits.maxWaiting) shed(response);
    else waiting.push({ response, next, since: performance.now() });
  };
};
