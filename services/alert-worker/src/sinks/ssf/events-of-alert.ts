import type { AlertHead } from '../alert-sink.js';
import type { SsfEvent } from '../sink-spec.js';

export type RiskLevel = 'LOW' | 'MEDIUM' | 'HIGH';

/** What a message of an alert tells a receiver of security events. */
export interface EventToSend {
  readonly event: SsfEvent;
  readonly level: RiskLevel;
  /** Null where it is not known: an alert may have escalated twice. */
  readonly previous: RiskLevel | null;
}

const levels = { low: 'MEDIUM', medium: 'MEDIUM', high: 'HIGH', critical: 'HIGH' } as const;

/**
 * What makes the account safe again. That prompts have stopped does not, once one was approved: the
 * attacker may be in. A confirmed compromise least of all.
 */
const calmsDown = ({ kind, closedBy }: AlertHead): boolean =>
  closedBy === 'feedback_legitimate' || (closedBy === 'quiet' && kind === 'push_fatigue');

const levelChange = (alert: AlertHead): EventToSend | null => {
  const event = 'risk-level-change';
  const level = levels[alert.severity];
  switch (alert.phase) {
    case 'opened':
      return { event, level, previous: 'LOW' };
    case 'escalated':
      return { event, level, previous: null };
    case 'updated':
      return null;
    case 'closed':
      return calmsDown(alert) ? { event, level: 'LOW', previous: level } : null;
  }
};

const revocation = ({ kind, phase, severity }: AlertHead): EventToSend | null =>
  kind === 'push_approved_after_denials' && (phase === 'opened' || phase === 'escalated')
    ? { event: 'session-revoked', level: levels[severity], previous: null }
    : null;

/**
 * Nothing for a campaign: it has no subject, and a receiver told that a whole tenant is at risk would
 * turn on users whom nobody attacks. Each attacked subject has an alert of its own.
 */
export const eventsOfAlert = (
  alert: AlertHead,
  wanted: readonly SsfEvent[],
): readonly EventToSend[] => {
  if (alert.kind === 'push_campaign') return [];
  return [revocation(alert), levelChange(alert)]
    .filter((event) => event !== null)
    .filter(({ event }) => wanted.includes(event));
};
