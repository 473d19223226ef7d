import type { Alert, AlertCloser, AlertSource } from '@stepgate/assessment';
import type { AlertSeverity, SubjectRef } from '@stepgate/engine';
import type { MessageOptions } from '../message/alert-message.js';
import { alertText } from '../message/alert-text.js';
import { technique } from '../message/alert-words.js';
import type { MessageParts } from '../sink-spec.js';

type Json = Readonly<Record<string, unknown>>;

/** OCSF 1.8.0, category Findings, class Detection Finding. */
const ocsf = { version: '1.8.0', category: 2, class: 2004 } as const;

/** The life of an alert is that of a finding. */
const activities = {
  opened: { id: 1, name: 'Create' },
  updated: { id: 2, name: 'Update' },
  escalated: { id: 2, name: 'Update' },
  closed: { id: 3, name: 'Close' },
} as const;

const severities: Readonly<Record<AlertSeverity, { readonly id: number; readonly risk: number }>> =
  {
    low: { id: 2, risk: 1 },
    medium: { id: 3, risk: 2 },
    high: { id: 4, risk: 3 },
    critical: { id: 5, risk: 4 },
  };

/** New until a human has said something; what merely went quiet nobody has resolved. */
const newFinding = 1;
const statuses: Readonly<Record<AlertCloser, number>> = {
  quiet: 5,
  feedback_legitimate: 3,
  feedback_compromised: 4,
};

/** The prompts are counted, not guessed. */
const highConfidence = 3;

const attack: Json = {
  technique: { uid: technique.id, name: technique.name },
  tactic: { uid: technique.tactic.id, name: technique.tactic.name },
};

const userOf = ({ id }: SubjectRef): Json => ({ uid: id, name: id });

const sourceEvidence = (source: AlertSource): Json => ({
  src_endpoint: {
    ...(source.address === null ? {} : { ip: source.address }),
    ...(source.country === null ? {} : { location: { country: source.country } }),
    ...(source.asn === null ? {} : { autonomous_system: { number: source.asn } }),
  },
  data: { prompts: source.prompts, last_time: source.lastAt },
});

const evidences = (alert: Alert, { subject, context }: MessageParts): readonly Json[] => [
  {
    data: { prompts: alert.prompts, sources: alert.sourceCount, devices: alert.deviceCount },
    ...(subject && alert.subject !== null ? { user: userOf(alert.subject) } : {}),
  },
  ...(context ? alert.sources.map(sourceEvidence) : []),
  ...(context ? alert.devices.map((uid) => ({ device: { uid, type_id: 0 } })) : []),
];

const resources = (alert: Alert, { subject }: MessageParts): readonly Json[] => {
  const subjects = alert.subject === null ? (alert.campaign?.sample ?? []) : [alert.subject];
  return subject ? subjects.map(({ type, id }) => ({ type, uid: id, name: id })) : [];
};

const findingInfo = (alert: Alert, options: MessageOptions): Json => {
  const text = alertText(alert, options);
  return {
    uid: alert.alertId,
    title: text.title,
    desc: [text.headline, ...text.nextSteps].join(' '),
    types: ['MFA fatigue'],
    attacks: [attack],
    created_time: alert.openedAt,
    first_seen_time: alert.since,
    last_seen_time: alert.at,
    modified_time: alert.at,
    related_events_count: alert.count,
    ...(URL.canParse(text.runbook) ? { src_url: text.runbook } : {}),
  };
};

const metadata = (alert: Alert): Json => ({
  version: ocsf.version,
  product: { name: 'stepgate', vendor_name: 'stepgate' },
  uid: alert.id,
  correlation_uid: alert.alertId,
  tenant_uid: alert.tenant,
});

/** What OCSF has no word for. */
const unmapped = (alert: Alert): Json => ({
  kind: alert.kind,
  phase: alert.phase,
  revision: alert.revision,
  policy: alert.policy,
  actions: alert.actions,
  approved_time: alert.approvedAt,
  closed_by: alert.closedBy,
  campaign:
    alert.campaign === null
      ? null
      : { scope: alert.campaign.scope, subjects: alert.campaign.subjects },
});

/** An alert as an OCSF event: what SIEMs read without a parser of their own. */
export const detectionFinding = (alert: Alert, options: MessageOptions): Json => {
  const activity = activities[alert.phase];
  const severity = severities[alert.severity];
  return {
    category_uid: ocsf.category,
    class_uid: ocsf.class,
    class_name: 'Detection Finding',
    activity_id: activity.id,
    activity_name: activity.name,
    type_uid: ocsf.class * 100 + activity.id,
    time: alert.at,
    severity_id: severity.id,
    severity: alert.severity,
    status_id: alert.closedBy === null ? newFinding : statuses[alert.closedBy],
    is_alert: true,
    confidence_id: highConfidence,
    risk_level_id: severity.risk,
    message: alertText(alert, options).headline,
    metadata: metadata(alert),
    finding_info: findingInfo(alert, options),
    evidences: evidences(alert, options.parts),
    resources: resources(alert, options.parts),
    unmapped: unmapped(alert),
  };
};
