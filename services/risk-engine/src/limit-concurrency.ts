import type { RequestHandler } from 'express';
import { answerProblem } from './answer-problem.js';

/** What one process can hold without its answers getting late: past it, more waiting helps nobody. */
const maxInFlight = 2000;

/** Sheds early with 503: an overloaded engine answers late, and the gateway would give up anyway. */
export const limitConcurrency = (): RequestHandler => {
  let inFlight = 0;
  return (_request, response, next) => {
    if (inFlight >= maxInFlight) {
      answerProblem(response, { problem: 'overloaded', detail: 'Try again shortly.' });
      return;
    }
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
    });
    next();
  };
};
