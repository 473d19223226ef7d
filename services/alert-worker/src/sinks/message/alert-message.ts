import type { Alert, AlertSource, Campaign } from '@stepgate/assessment';
import type { SubjectRef } from '@stepgate/engine';
import type { MessageParts } from '../sink-spec.js';
import { actionWords, messageType, rfc3339, runbookLink, technique } from './alert-words.js';
import { nextSteps } from './next-steps.js';

/** What a receiver reads: the payload form of Standard Webhooks. */
export interface AlertMessage {
  readonly type: string;
  /** RFC 3339: of the latest thing that the alert tells of, not of its sending. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface MessageOptions {
  readonly parts: MessageParts;
  readonly runbookUrl: string;
}

/** Standard Webhooks: receivers may refuse larger ones. */
const maxBytes = 20_000;

const subjectData = ({ type, id }: SubjectRef): Record<string, string> => ({ type, id });

const sourceData = (source: AlertSource): Record<string, unknown> => ({
  address: source.address,
  country: source.country,
  asn: source.asn,
  prompts: source.prompts,
  last_at: rfc3339(source.lastAt),
});

const campaignData = (campaign: Campaign | null, { subject }: MessageParts): unknown =>
  campaign === null
    ? null
    : {
        scope: campaign.scope,
        subjects: campaign.subjects,
        ...(subject ? { sample: campaign.sample.map(subjectData) } : {}),
      };

const who = (alert: Alert, { subject }: MessageParts): Record<string, unknown> =>
  subject ? { subject: alert.subject === null ? null : subjectData(alert.subject) } : {};

const origins = (alert: Alert, { context }: MessageParts): Record<string, unknown> => ({
  source_count: alert.sourceCount,
  device_count: alert.deviceCount,
  ...(context ? { sources: alert.sources.map(sourceData), devices: alert.devices } : {}),
});

export const alertMessage = (
  alert: Alert,
  { parts, runbookUrl }: MessageOptions,
): AlertMessage => ({
  type: messageType(alert),
  timestamp: rfc3339(alert.at),
  data: {
    alert_id: alert.alertId,
    revision: alert.revision,
    kind: alert.kind,
    phase: alert.phase,
    severity: alert.severity,
    technique: technique.id,
    tenant: alert.tenant,
    ...who(alert, parts),
    policy: alert.policy,
    opened_at: rfc3339(alert.openedAt),
    since: rfc3339(alert.since),
    at: rfc3339(alert.at),
    count: alert.count,
    window_seconds: alert.windowMs / 1_000,
    prompts: alert.prompts,
    approved_at: alert.approvedAt === null ? null : rfc3339(alert.approvedAt),
    ...origins(alert, parts),
    actions: alert.actions.map((action) => ({ action, text: actionWords[action] })),
    closed_by: alert.closedBy,
    campaign: campaignData(alert.campaign, parts),
    runbook: runbookLink(alert, runbookUrl),
    next_steps: nextSteps(alert),
  },
});

const withoutSample = (alert: Alert): Alert =>
  alert.campaign === null ? alert : { ...alert, campaign: { ...alert.campaign, sample: [] } };

/** The message as JSON, of a size that receivers take: who is attacked is the last thing to go. */
export const alertJson = (alert: Alert, options: MessageOptions): string => {
  const thin = { ...options, parts: { ...options.parts, context: false } };
  const full = JSON.stringify(alertMessage(alert, options));
  if (Buffer.byteLength(full) < maxBytes) return full;
  const withoutContext = JSON.stringify(alertMessage(alert, thin));
  if (Buffer.byteLength(withoutContext) < maxBytes) return withoutContext;
  return JSON.stringify(alertMessage(withoutSample(alert), thin));
};
