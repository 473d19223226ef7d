import { pushResults, unansweredOf, type SubjectRef } from '@stepgate/engine';
import type { Alert, AlertSource } from '@stepgate/assessment';
import type { MessageParts } from '../sink-spec.js';
import type { MessageOptions } from './alert-message.js';
import { actionWords, closerWords, kindWords, runbookLink, scopeWords } from './alert-words.js';
import { nextSteps } from './next-steps.js';
import { plainWords } from './plain-words.js';

export interface AlertFact {
  readonly label: string;
  readonly lines: readonly string[];
}

/** An alert for people: plain text, cleaned of what senders of events could hide in it. */
export interface AlertText {
  /** The same from opened to closed, whatever happens: mail clients join a thread by it. */
  readonly title: string;
  /** What this message says. */
  readonly headline: string;
  readonly facts: readonly AlertFact[];
  readonly nextSteps: readonly string[];
  readonly runbook: string;
}

const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const named = ({ type, id }: SubjectRef): string =>
  plainWords(type === 'user' ? id : `${type} ${id}`);

const victim = (alert: Alert, { subject }: MessageParts): string => {
  if (alert.campaign !== null) return `${String(alert.campaign.subjects)} users`;
  return alert.subject === null || !subject ? 'a user' : named(alert.subject);
};

const title = (alert: Alert, parts: MessageParts): string => {
  const tenant = plainWords(alert.tenant);
  // The number of users grows with a campaign, and the title must not.
  if (alert.campaign !== null) return `MFA push campaign in ${tenant}`;
  return `MFA push attack on ${victim(alert, parts)} in ${tenant}`;
};

const happening = (alert: Alert, parts: MessageParts): string => {
  if (alert.campaign !== null) {
    return `${victim(alert, parts)} ${scopeWords[alert.campaign.scope]}`;
  }
  if (alert.kind === 'push_approved_after_denials') {
    return `${victim(alert, parts)} approved a prompt after others were not`;
  }
  return `${String(unansweredOf(alert.prompts))} prompts to ${victim(alert, parts)} without a yes`;
};

const headline = (alert: Alert, parts: MessageParts): string => {
  const said = `${alert.phase.toUpperCase()} (${alert.severity}): ${happening(alert, parts)}`;
  return alert.closedBy === null ? said : `${said}; closed, ${closerWords[alert.closedBy]}`;
};

const promptCounts = ({ prompts }: Alert): string =>
  pushResults.map((result) => `${String(prompts[result])} ${result}`).join(', ');

const sourceLine = ({ address, country, asn, prompts }: AlertSource): string => {
  const place = [country ?? 'country unknown', asn === null ? 'AS unknown' : `AS${String(asn)}`];
  return plainWords(`${address ?? 'address unknown'} (${place.join(', ')}): ${String(prompts)}`);
};

/** The lines, or their number where the receiver does not get them, or not all of them. */
const listed = (count: number, lines: readonly string[]): readonly string[] => {
  if (lines.length === 0) return [String(count)];
  return lines.length < count ? [`${String(count)}, among them:`, ...lines] : lines;
};

const who = (alert: Alert, { subject }: MessageParts): readonly AlertFact[] => {
  if (alert.campaign === null) return [];
  const lines = subject ? alert.campaign.sample.map(named) : [];
  return [{ label: 'Users', lines: listed(alert.campaign.subjects, lines) }];
};

const origins = (alert: Alert, { context }: MessageParts): readonly AlertFact[] => [
  {
    label: 'Addresses (prompts)',
    lines: listed(alert.sourceCount, context ? alert.sources.map(sourceLine) : []),
  },
  {
    label: 'Devices',
    lines: listed(alert.deviceCount, context ? alert.devices.map(plainWords) : []),
  },
];

const approval = ({ approvedAt }: Alert): string =>
  approvedAt === null ? 'none' : `at ${instant(approvedAt)}`;

const facts = (alert: Alert, parts: MessageParts): readonly AlertFact[] => [
  { label: 'What', lines: [kindWords[alert.kind]] },
  ...who(alert, parts),
  { label: 'Since', lines: [`${instant(alert.since)}, latest ${instant(alert.at)}`] },
  { label: 'Prompts', lines: [promptCounts(alert)] },
  { label: 'Approval', lines: [approval(alert)] },
  ...origins(alert, parts),
  {
    label: 'stepgate has done',
    lines: alert.actions.length === 0 ? ['nothing yet'] : alert.actions.map((a) => actionWords[a]),
  },
  { label: 'Policy', lines: [plainWords(alert.policy)] },
  { label: 'Alert', lines: [`${alert.alertId}, revision ${String(alert.revision)}`] },
];

export const alertText = (alert: Alert, { parts, runbookUrl }: MessageOptions): AlertText => ({
  title: title(alert, parts),
  headline: headline(alert, parts),
  facts: facts(alert, parts),
  nextSteps: nextSteps(alert),
  runbook: runbookLink(alert, runbookUrl),
});
