import type { SendVerdict } from '../alert-sink.js';
import { causeOf, codeOf } from '../outbound/cause.js';

/** Errors of nodemailer that are about this message, and not about the connection or the login. */
const aboutTheMessage: readonly string[] = ['EENVELOPE', 'EMESSAGE'];
/** "Bad sequence of commands" speaks of the session: the same message passes on another. */
const badSequence = 503;

const replyOf = (error: unknown): number | null => {
  const hasReply = typeof error === 'object' && error !== null && 'responseCode' in error;
  return hasReply && typeof error.responseCode === 'number' ? error.responseCode : null;
};

/**
 * 4xx is tried again; 5xx to sender, recipients or content is final. A refused login or greeting is
 * tried again as well, whatever its number: an operator can mend it, and the alert must be there then.
 */
export const smtpVerdict = (error: unknown): SendVerdict => {
  const reply = replyOf(error);
  if (reply === null) return { kind: 'retry', cause: causeOf(error), retryAfterMs: null };
  const cause = `SMTP ${String(reply)}`;
  const final = reply >= 500 && reply !== badSequence && aboutTheMessage.includes(codeOf(error));
  return final ? { kind: 'dead', cause } : { kind: 'retry', cause, retryAfterMs: null };
};

/** Some recipients were taken. Those turned away for now get it with the next try, under the same Message-ID. */
export const partialVerdict = (rejections: readonly unknown[]): SendVerdict => {
  const later = rejections.find((rejection) => (replyOf(rejection) ?? 400) < 500);
  return later === undefined ? { kind: 'delivered' } : smtpVerdict(later);
};
