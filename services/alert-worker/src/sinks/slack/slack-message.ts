import type { Alert } from '@stepgate/assessment';
import type { MessageOptions } from '../message/alert-message.js';
import { alertText, type AlertFact } from '../message/alert-text.js';
import { stepLines, textLines } from '../message/text-lines.js';
import { slackText } from './slack-text.js';

/** Characters that Slack takes; it refuses a message with more as a whole. */
const most = { header: 150, field: 2_000, section: 3_000, text: 10_000 } as const;
/** What one character may become when it is escaped. */
const escapeLength = 5;

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

type SlackBlock =
  | { readonly type: 'header' | 'section'; readonly text: PlainText }
  | { readonly type: 'section'; readonly fields: readonly PlainText[] }
  | { readonly type: 'context'; readonly elements: readonly object[] };

export interface SlackMessage {
  /** For notifications, and all that receivers without blocks show. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;

/** Escaped and short enough; cut before it is escaped, since half an escape sequence would be text. */
const fitted = (text: string, length: number): string => {
  const escaped = slackText(text);
  return escaped.length <= length
    ? escaped
    : slackText(cut(text, Math.floor(length / escapeLength)));
};

/** Plain text knows no formatting, so nothing in it can pretend to be ours. */
const plain = (text: string, length: number): PlainText => ({
  type: 'plain_text',
  text: fitted(text, length),
  emoji: false,
});

const field = ({ label, lines }: AlertFact): PlainText =>
  plain(`${label}\n${lines.join('\n')}`, most.field);

/** The only link: the operator's own page. */
const runbook = (link: string): object =>
  URL.canParse(link)
    ? { type: 'mrkdwn', text: `<${slackLink(link)}|Runbook>`, verbatim: true }
    : plain(`Runbook: ${link}`, most.section);

/** An address between Slack's brackets: the three signs, and the bar that ends it. */
const slackLink = (link: string): string =>
  link
    .replaceAll('&', '&amp;')
    .replaceAll('<', '%3C')
    .replaceAll('>', '%3E')
    .replaceAll('|', '%7C');

export const slackMessage = (alert: Alert, options: MessageOptions): SlackMessage => {
  const text = alertText(alert, options);
  const link = URL.canParse(text.runbook) ? slackLink(text.runbook) : slackText(text.runbook);
  const lines = [text.title, ...textLines(text)].join('\n');
  return {
    text: `${fitted(lines, most.text)}\n\nRunbook: ${link}`,
    blocks: [
      { type: 'header', text: plain(text.title, most.header) },
      { type: 'section', text: plain(text.headline, most.section) },
      { type: 'section', fields: text.facts.map(field) },
      { type: 'section', text: plain(stepLines(text).join('\n'), most.section) },
      { type: 'context', elements: [runbook(text.runbook)] },
    ],
  };
};
