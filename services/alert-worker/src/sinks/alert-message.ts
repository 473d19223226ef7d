import type { Alert, AlertKind } from '@stepgate/assessment';

/** What a receiver reads: the payload form of Standard Webhooks. */
export interface AlertMessage {
  readonly type: string;
  /** RFC 3339: when the alert was raised, not when it was sent. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const types: Readonly<Record<AlertKind, string>> = {
  push_fatigue: 'mfa.push_fatigue.detected',
  push_approved_after_denials: 'mfa.push_approved_after_denials.detected',
};

/** MITRE ATT&CK: Multi-Factor Authentication Request Generation. */
const technique = 'T1621';

const rfc3339 = (instant: number): string => new Date(instant).toISOString();

export interface MessageParts {
  readonly subject: boolean;
  /** Address, country and device of the prompts, as the events told them. */
  readonly context: boolean;
}

export const alertMessage = (alert: Alert, parts: MessageParts): AlertMessage => ({
  type: types[alert.kind],
  timestamp: rfc3339(alert.at),
  data: {
    alert_id: alert.id,
    severity: alert.severity,
    technique,
    tenant: alert.tenant,
    ...(parts.subject ? { subject: { type: alert.subject.type, id: alert.subject.id } } : {}),
    policy: alert.policy,
    count: alert.count,
    window_seconds: alert.windowMs / 1_000,
    since: rfc3339(alert.since),
    at: rfc3339(alert.at),
    ...(parts.context ? { context: alert.context } : {}),
  },
});
