import type { ServerResponse } from 'node:http';

import { createAdmissionWindow } from './admission-window.js';
import { answerProblem } from './answer-problem.js';
import { createFairQueue } from './fair-queue.js';

export interface AdmissionLimits {
  /** Requests worked on at once: between these, as far as their answers stay timely. */
  readonly minRunning: number;
  readonly maxRunning: number;
  /** Requests that wait for their turn, over all tenants; further ones are shed. */
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

export interface Asked {
  readonly tenant: string;
  readonly response: ServerResponse;
  /** Called when it is the request's turn. */
  readonly next: () => void;
}

/** Calls `next` when it is the request's turn, or answers in its place. */
export type Admission = (asked: Asked) => void;

/**
 * Works on a bounded number of requests, tenants in turn, and sheds early with 503: an overload is
 * never an allow, and who causes it pays for it.
 */
export const admitRequests = (
  onShed: () => void,
  limits: AdmissionLimits = defaultAdmissionLimits,
): Admission => {
  const waiting = createFairQueue<Waiting>(limits.maxWaiting);
  const window = createAdmissionWindow({ min: limits.minRunning, max: limits.maxRunning });
  let running = 0;
  const shed = (response: ServerResponse): void => {
    onShed();
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
  return ({ tenant, response, next }) => {
    if (running < window.size()) {
      run({ response, next });
      return;
    }
    const out = waiting.push(tenant, { response, next, since: performance.now() });
    if (out !== null) shed(out.response);
  };
};
