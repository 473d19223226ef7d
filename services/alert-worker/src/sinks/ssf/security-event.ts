import type { Alert } from '@stepgate/assessment';
import { unansweredOf } from '@stepgate/engine';
import type { SsfSpec } from '../sink-spec.js';
import type { EventToSend } from './events-of-alert.js';
import { subjectIdentifier, type SubjectIdentifier } from './subject-identifier.js';

/** Claims of a security event token (RFC 8417), but for `iat`, which is its signing's. */
export type SetClaims = Readonly<Record<string, unknown>> & { readonly jti: string };

type Json = Readonly<Record<string, unknown>>;

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const okta = 'https://schemas.okta.com/secevent/okta/event-type/';

const reasons = {
  push_fatigue: 'MFA_PUSH_FATIGUE',
  push_approved_after_denials: 'MFA_PUSH_APPROVED_AFTER_DENIALS',
  push_campaign: 'MFA_PUSH_CAMPAIGN',
} as const;

/** For the receiver's administrators, who know the subject; it names nobody. */
const reasonAdmin = (alert: Alert): string => {
  if (alert.closedBy === 'feedback_legitimate') return 'Push prompts reported as legitimate';
  if (alert.phase === 'closed') return 'No more push prompts for a while';
  const counted = `${String(unansweredOf(alert.prompts))} push prompts without a yes`;
  return alert.approvedAt === null ? counted : `${counted}, then one was approved`;
};

const common = (alert: Alert): Json => ({
  event_timestamp: Math.floor(alert.at / 1_000),
  initiating_entity: 'policy',
  reason_admin: { en: reasonAdmin(alert) },
});

const levelsOf = ({ level, previous }: EventToSend): Json => ({
  current_level: level,
  ...(previous === null ? {} : { previous_level: previous }),
});

const revoked = (alert: Alert): Json => ({
  ...common(alert),
  reason_user: { en: 'We ended your sessions to protect your account.' },
});

/** SSF 1.0 and CAEP 1.0: the subject beside the event, which is the only one of its token. */
const ssfShape = (alert: Alert, subject: SubjectIdentifier, sent: EventToSend): Json => ({
  txn: alert.alertId,
  sub_id: subject,
  events:
    sent.event === 'session-revoked'
      ? { [`${caep}session-revoked`]: revoked(alert) }
      : {
          [`${caep}risk-level-change`]: {
            ...common(alert),
            principal: 'USER',
            ...levelsOf(sent),
            risk_reason: reasons[alert.kind],
          },
        },
});

const lowerCase = (levels: Json): Json =>
  Object.fromEntries(
    Object.entries(levels).map(([name, level]) => [name, String(level).toLowerCase()]),
  );

/** Okta reads the older drafts: the subject inside the event, levels in lower case, a type of its own. */
const oktaShape = (alert: Alert, subject: SubjectIdentifier, sent: EventToSend): Json => ({
  events:
    sent.event === 'session-revoked'
      ? { [`${caep}session-revoked`]: { subject: { user: subject }, ...revoked(alert) } }
      : {
          [`${okta}user-risk-change`]: {
            subject: { user: subject },
            ...common(alert),
            ...lowerCase(levelsOf(sent)),
          },
        },
});

/** @returns null when the subject's id cannot be said in the receiver's form. */
export const securityEvent = (
  alert: Alert,
  sent: EventToSend,
  spec: Pick<SsfSpec, 'issuer' | 'audience' | 'shape' | 'subjectFormat'>,
): SetClaims | null => {
  const subject =
    alert.subject === null ? null : subjectIdentifier(alert.subject.id, spec.subjectFormat);
  if (subject === null) return null;
  const shaped = spec.shape === 'okta' ? oktaShape : ssfShape;
  return {
    iss: spec.issuer,
    aud: spec.audience,
    // The same in every try: receivers drop a token that they have seen.
    jti: `${alert.id}_${sent.event}`,
    ...shaped(alert, subject, sent),
  };
};
