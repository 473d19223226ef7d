import type { AssessmentObserver } from '@stepgate/assessment';
import { signalNames, type Outcome } from '@stepgate/engine';
import type { Log } from './log.js';
import type { LogFields } from './log-fields.js';
import type { RiskEngineMetrics } from './metrics/create-metrics.js';

type Decided = Parameters<AssessmentObserver['decided']>[0];
type Completed = Parameters<AssessmentObserver['completed']>[0];

const countDecision = (metrics: RiskEngineMetrics, told: Decided, enforced: Outcome): void => {
  const { decision, evidence, policy } = told;
  metrics.decision({
    outcome: enforced,
    level: decision.level,
    policy: policy.name,
    degraded: decision.degraded.length > 0,
    score: decision.score,
    durationMs: told.durationMs,
  });
  for (const name of signalNames) metrics.signal(name, evidence[name].state);
  for (const finding of decision.findings) metrics.finding(finding.reason);
  if (evidence.limits.state === 'observed') {
    for (const limit of evidence.limits.value)
      if (limit.exceeded) metrics.limitExceeded(limit.name);
  }
  if (enforced !== decision.outcome) {
    metrics.shadowDisagreement(policy.name, enforced, decision.outcome);
  }
};

const decisionLine = (told: Decided, enforced: Outcome): LogFields => {
  const { decision, policy } = told;
  return {
    decision_id: told.decisionId,
    subject: told.subject,
    outcome: enforced,
    ...(policy.shadow ? { shadow_outcome: decision.outcome } : {}),
    score: decision.score,
    risk_level: decision.level,
    reasons: decision.findings.map((finding) => finding.reason),
    policy: policy.name,
    rule: decision.rule,
    ...(decision.degraded.length > 0 ? { degraded: decision.degraded } : {}),
    duration_ms: told.durationMs,
  };
};

const completionLine = (told: Completed): LogFields => ({
  decision_id: told.record.decisionId,
  subject: told.record.pseudonyms.subject,
  outcome: told.decision.outcome,
  authenticator: told.authenticator,
  score: told.decision.score,
  reasons: told.decision.findings.map((finding) => finding.reason),
  policy: told.record.policy.name,
  duration_ms: told.durationMs,
});

/**
 * Turns what the use cases tell into metrics and one log line per decision. The line holds the
 * subject's pseudonym and no part of the request.
 */
export const createAssessmentObserver = (
  metrics: RiskEngineMetrics,
  log: Log,
): AssessmentObserver => ({
  decided: (told) => {
    const enforced = told.policy.shadow ? 'allow' : told.decision.outcome;
    countDecision(metrics, told, enforced);
    log.info(decisionLine(told, enforced), 'decision');
  },
  completed: (told) => {
    metrics.completion(told.decision.outcome);
    for (const finding of told.decision.findings) metrics.finding(finding.reason);
    log.info(completionLine(told), 'completion');
  },
  secured: ({ kind, durable }) => {
    metrics.durable(kind, durable);
  },
  eventRecorded: ({ type, fresh, alerts, rung }) => {
    if (fresh) metrics.event(type);
    if (rung !== null) metrics.rungReached(rung);
    if (alerts > 0) log.info({ event_type: type, alerts }, 'alert raised');
  },
});
