import { Histogram, type Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export type Enforcement = 'allowed' | 'step_up' | 'denied' | 'unavailable';
/** Why: the engine decided, the caller has a valid session, or the engine could not be asked. */
export type EnforcementCause = 'decision' | 'session' | 'engine_unreachable' | 'bad_request';

/** `forged`: an answer that the pinned keys do not vouch for, so not the engine's. */
export type EngineResult = 'answered' | 'refused' | 'forged' | 'unreachable';

export interface EnforcementMetrics {
  enforcement(outcome: Enforcement, cause: EnforcementCause): void;
  engineRequest(result: EngineResult, durationMs: number): void;
}

export const createEnforcementMetrics = (registry: Registry): EnforcementMetrics => {
  const enforcements = createTally(registry, {
    name: `${metricPrefix}enforcements_total`,
    help: 'What the gateway did with a request, and why.',
    labels: ['outcome', 'cause'],
  });
  const duration = new Histogram({
    name: `${metricPrefix}engine_request_duration_seconds`,
    help: 'Time that the risk engine took to answer the gateway, or to fail.',
    labelNames: ['result'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.5, 1],
    registers: [registry],
  });
  return {
    enforcement: (outcome, cause) => {
      enforcements.count({ outcome, cause });
    },
    engineRequest: (result, durationMs) => {
      duration.observe({ result }, durationMs / 1_000);
    },
  };
};
