import type { Alert } from '@stepgate/assessment';
import type { AlertSeverity } from '@stepgate/engine';
import { alertText } from '../message/alert-text.js';
import { textLines } from '../message/text-lines.js';
import type { EmailSpec } from '../sink-spec.js';
import { emailHtml } from './email-html.js';

/** A mail as nodemailer takes it; every field is plain text that it encodes for its header. */
export interface EmailMessage {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly references: string;
  readonly inReplyTo: string;
  readonly priority: 'high' | 'normal';
  readonly headers: Readonly<Record<string, string>>;
}

const urgent: readonly AlertSeverity[] = ['high', 'critical'];

/** What a mail may not carry in an identifier is not in ours: ids are word signs and hyphens. */
const mailId = (id: string, domain: string): string => `<${id.replace(/[^\w-]/gu, '_')}@${domain}>`;

/** RFC 2047: a user id that looks like an encoded word would be shown decoded, as somebody else's. */
const headerText = (text: string): string => text.replaceAll('=?', '= ?');

/**
 * All messages of an alert answer the same, never sent one, and have the same subject line, so that
 * they form one thread in whatever order they arrive.
 */
export const emailMessage = (alert: Alert, spec: EmailSpec): EmailMessage => {
  const text = alertText(alert, spec);
  const domain = spec.from.slice(spec.from.lastIndexOf('@') + 1);
  const thread = mailId(`alert-${alert.alertId}`, domain);
  return {
    from: { name: 'stepgate', address: spec.from },
    to: spec.to,
    subject: headerText(`[stepgate] ${text.title}`),
    text: [...textLines(text), '', `Runbook: ${text.runbook}`, ''].join('\n'),
    html: emailHtml(text),
    messageId: mailId(alert.id, domain),
    references: thread,
    inReplyTo: thread,
    priority: urgent.includes(alert.severity) && alert.phase !== 'closed' ? 'high' : 'normal',
    // RFC 3834: nobody's holiday notice answers.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
};
