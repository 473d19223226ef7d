import type { DecisionRecord, DeviceToken } from '@stepgate/assessment';
import type { DecisionRecordResponse, DecisionResponse, WireStepUp } from '@stepgate/contracts';
import {
  signalNames,
  type Decision,
  type Finding,
  type SignalName,
  type StepUp,
} from '@stepgate/engine';

const iso = (instant: number): string => new Date(instant).toISOString();

/** Signals that live in Redis are one component to an operator: state. */
const componentOf: Readonly<Record<SignalName, string>> = {
  address: 'address',
  network: 'network',
  geo: 'geo',
  reputation: 'reputation',
  userAgent: 'user_agent',
  device: 'device',
  history: 'state',
  familiarity: 'state',
  subjectFailures: 'state',
  subjectSources: 'state',
  source: 'state',
  push: 'state',
  limits: 'state',
  lock: 'state',
  credentialBreachedAt: 'state',
  accountRiskAt: 'state',
};

const presentStepUp = (stepUp: StepUp): WireStepUp => ({
  authenticators: [...stepUp.authenticators],
  forbidden: [...stepUp.forbidden],
  acr_values: [...stepUp.acrValues],
  number_matching: stepUp.numberMatching,
  max_age: stepUp.maxAge,
  enrolment_required: stepUp.enrolmentRequired,
});

const presentReason = ({
  reason,
  points,
  detail,
}: Finding): DecisionResponse['reasons'][number] => ({
  code: reason,
  points,
  detail: { ...detail },
});

/** What is enforced: a shadow policy is scored and logged, and lets everybody through. */
const enforced = (decision: Decision, shadow: boolean): Pick<Decision, 'outcome' | 'stepUp'> =>
  shadow ? { outcome: 'allow', stepUp: null } : decision;

interface Answered {
  readonly record: DecisionRecord;
  /** Of the completion, where there is one. */
  readonly decision?: Decision;
  readonly deviceToken: DeviceToken | null;
  readonly durable: boolean | null;
}

export const presentDecision = ({
  record,
  decision = record.decision,
  deviceToken,
  durable,
}: Answered): DecisionResponse => {
  const { outcome, stepUp } = enforced(decision, record.shadow);
  return {
    decision_id: record.decisionId,
    attempt_id: record.attemptId,
    decision: outcome,
    risk: { score: decision.score, level: decision.level },
    step_up: stepUp === null ? null : presentStepUp(stepUp),
    reasons: decision.findings.map(presentReason),
    policy: {
      name: record.policy.name,
      version: record.policy.version,
      rule: decision.rule,
      ...(record.shadow ? { shadow: true as const } : {}),
    },
    degraded: [...new Set(decision.degraded.map((signal) => componentOf[signal]))],
    expires_at: iso(record.expiresAt),
    device:
      deviceToken === null
        ? null
        : { token: deviceToken.text, expires_at: iso(deviceToken.expiresAt) },
    durable,
  };
};

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Evidence is kept in the engine's own shape; on the wire every name is snake_case. */
const snakeKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [snake(name), snakeKeys(inner)]),
  );
};

/** What was left out was observed; the place is kept beside the evidence. */
const presentEvidence = ({ evidence, place }: DecisionRecord): DecisionRecordResponse['evidence'] =>
  Object.fromEntries(
    signalNames.map((name) => {
      const { value, ...signal } = evidence[name] ?? { state: 'observed' as const };
      const shown = name === 'geo' && signal.state === 'observed' ? place : value;
      const unsaid = shown === undefined || shown === null;
      return [snake(name), unsaid ? signal : { ...signal, value: snakeKeys(shown) }];
    }),
  );

export const presentRecord = (record: DecisionRecord): DecisionRecordResponse => ({
  ...presentDecision({ record, deviceToken: null, durable: null }),
  decided_at: iso(record.at),
  action: record.action,
  resource: record.resource,
  subject: record.pseudonyms.subject,
  source: record.pseudonyms.source,
  device: record.pseudonyms.device,
  evidence: presentEvidence(record),
  verdicts: [...record.verdicts],
  completion:
    record.completion === null
      ? null
      : {
          at: iso(record.completion.at),
          authenticator: record.completion.authenticator,
          decision: record.completion.outcome,
        },
});
