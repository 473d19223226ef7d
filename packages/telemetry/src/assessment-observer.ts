import type { AssessmentObserver } from '@stepgate/assessment';
import { signalNames, type Outcome } from '@stepgate/engine';
import type { Log } from './log.js';
import type { RiskEngineMetrics } from './metrics/create-metrics.js';

type Decided = Parameters<AssessmentObserver['decided']>[0];

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

/**
 * Turns what the use cases tell into metrics and one log line per decision. The line holds the
 * subject's pseudonym and no part of the request.
 */
export const createAssessmentObserver = (
  metrics: RiskEngineMetrics,
  log: Log,
): AssessmentObserver => ({
  decided: (told) => {
    const { decision, policy } = told;
    const enforced = policy.shadow ? 'allow' : decision.outcome;
    countDecision(metrics, told, enforced);
    log.info(
      {
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
      },
      'decision',
    );
  },
  completed: ({ decision, record, authenticator, durationMs }) => {
    metrics.completion(decision.outcome);
    for (const finding of decision.findings) metrics.finding(finding.reason);
    log.info(
      {
        decision_id: record.decisionId,
        subject: record.pseudonyms.subject,
        outcome: decision.outcome,
        authenticator,
        score: decision.score,
        reasons: decision.findings.map((finding) => finding.reason),
        policy: record.policy.name,
        duration_ms: durationMs,
      },
      'completion',
    );
  },
  eventRecorded: ({ type, fresh, alerts }) => {
    if (fresh) metrics.event(type);
    if (alerts > 0) log.info({ event_type: type, alerts }, 'alert raised');
  },
});
