import type { Registry } from 'prom-client';
import { createLabelCap } from './label-cap.js';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export interface RungMetrics {
  /** A subject climbed to this rung of its policy's ladder; `at` of the rung. */
  rungReached(at: number): void;
}

/** Rungs come from policies: what is beyond the cap counts as other. */
const maxRungs = 32;

/** Engines count what events bring about, alert workers what prompts do that ran out. */
export const createRungMetrics = (registry: Registry): RungMetrics => {
  const rungs = createTally(registry, {
    name: `${metricPrefix}push_rungs_total`,
    help: 'Subjects that climbed to a rung of the push ladder.',
    labels: ['rung'],
  });
  const rungLabel = createLabelCap(maxRungs);
  return {
    rungReached: (at) => {
      rungs.count({ rung: rungLabel(String(at)) });
    },
  };
};
