import type { IncomingMessage, ServerResponse } from 'node:http';

import { createAdmissionWindow } from './admission-window.js';
import { answerProblem } from './answer-problem.js';

interface AdmissionLimits {
  /** Requests worked on at once: between these, as far as their answers stay timely. */
  readonly minRunning: number;
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
  // More than the failures that open the circuit, so that one round of time-outs opens it.
  minRunning: 8,
  maxRunning: 64,
  maxWaiting: 2_000,
  maxWaitMs: 1_000,
};

interface Waiting {
  readonly response: ServerResponse;
  readonly since: number;
  readonly next: () => void;
}

/** Calls `next` when it is the request's turn, or answers in its place. */
export type Admission = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void;

/** Works on a bounded number of requests and sheds early with 503: an overload is never an allow. */
export const admitRequests = (limits = defaultAdmissionLimits): Admission => {
  const waiting: Waiting[] = [];
  const window = createAdmissionWindow({ min: limits.minRunning, max: limits.maxRunning });
  let running = 0;
  const shed = (response: ServerResponse): void => {
    answerProblem(response, { problem: 'overloaded', detail: 'Try again shortly.' });
  };
  const run = ({ response, next }: Pick<Waiting, 'response' | 'next'>): void => {
    const startedAt = performance.now();
    running += 1;
    response.once('close', () => {
      running -= 1;
      window.done(performance.now() - startedAt);
      runNext();
    });
    next();
  };
  const runNext = (): void => {
    while (running < window.size()) {
      const head = waiting.shift();
      if (head === undefined) return;
      if (head.response.destroyed) continue;
      if (performance.now() - head.since > limits.maxWaitMs) shed(head.response);
      else run(head);
    }
  };
  return (_request, response, next) => {
    if (running < window.size()) run({ response, next });
    else if (waiting.length >= limits.maxWaiting) shed(response);
    else waiting.push({ response, next, since: performance.now() });
  };
};
