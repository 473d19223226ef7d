import type { Outcome } from '@stepgate/engine';
import type { OutcomeShares } from '../results.js';

/** How often each outcome was given. */
export interface OutcomeTally {
  add(outcome: Outcome): void;
  shares(): OutcomeShares;
}

export const createOutcomeTally = (): OutcomeTally => {
  const counts = { allow: 0, step_up: 0, deny: 0 } satisfies Record<Outcome, number>;
  let n = 0;
  const share = (outcome: Outcome): number => (n === 0 ? 0 : counts[outcome] / n);
  return {
    add: (outcome) => {
      n += 1;
      counts[outcome] += 1;
    },
    shares: () => ({ n, allow: share('allow'), stepUp: share('step_up'), deny: share('deny') }),
  };
};
