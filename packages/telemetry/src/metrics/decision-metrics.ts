import { outcomes, type Level, type Outcome } from '@stepgate/engine';
import { Histogram, type Registry } from 'prom-client';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export interface DecisionCounted {
  /** What was answered; with a shadow policy that is allow. */
  readonly outcome: Outcome;
  readonly level: Level;
  readonly policy: string;
  readonly degraded: boolean;
  /** 0-100. */
  readonly score: number;
  readonly durationMs: number;
}

export interface DecisionMetrics {
  decision(counted: DecisionCounted): void;
  completion(outcome: Outcome): void;
  shadowDisagreement(policy: string, enforced: Outcome, shadow: Outcome): void;
}

const createHistograms = (
  registry: Registry,
): { readonly duration: Histogram<'outcome'>; readonly score: Histogram } => ({
  duration: new Histogram({
    name: `${metricPrefix}decision_duration_seconds`,
    help: 'Time from the parsed attempt to its decision.',
    labelNames: ['outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.5],
    registers: [registry],
  }),
  score: new Histogram({
    name: `${metricPrefix}risk_score`,
    help: 'Scores of decisions, 0-100.',
    buckets: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    registers: [registry],
  }),
});

export const createDecisionMetrics = (
  registry: Registry,
  policyLabel: (policy: string) => string,
): DecisionMetrics => {
  const decisions = createTally(registry, {
    name: `${metricPrefix}decisions_total`,
    help: 'Decisions answered.',
    labels: ['outcome', 'level', 'policy', 'degraded'],
  });
  const completions = createTally(registry, {
    name: `${metricPrefix}completions_total`,
    help: 'Step-up completions judged.',
    labels: ['outcome'],
  });
  for (const outcome of outcomes) completions.slot({ outcome });
  const disagreements = createTally(registry, {
    name: `${metricPrefix}shadow_disagreements_total`,
    help: 'Decisions of a shadow policy that differ from what was enforced.',
    labels: ['policy', 'enforced', 'shadow'],
  });
  const { duration, score } = createHistograms(registry);
  return {
    decision: (counted) => {
      const { outcome, level } = counted;
      const policy = policyLabel(counted.policy);
      decisions.count({ outcome, level, policy, degraded: counted.degraded ? 'true' : 'false' });
      duration.observe({ outcome }, counted.durationMs / 1_000);
      score.observe(counted.score);
    },
    completion: (outcome) => {
      completions.count({ outcome });
    },
    shadowDisagreement: (policy, enforced, shadow) => {
      disagreements.count({ policy: policyLabel(policy), enforced, shadow });
    },
  };
};
