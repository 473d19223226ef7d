import type { SendVerdict } from '../alert-sink.js';
import type { HttpAnswer } from './post.js';
import { parseRetryAfter } from './retry-after.js';

/**
 * 2xx is a delivery and nothing else is: a redirect is not followed, since whoever can answer could
 * so aim our alerts at others. 410 means "never again" for this alert; the address stays in use,
 * because a receiver must not be able to silence the alerts to come. All else is tried again.
 */
export const httpVerdict = (answer: HttpAnswer, now: number): SendVerdict => {
  if (answer.kind === 'failed') return { kind: 'retry', cause: answer.cause, retryAfterMs: null };
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const cause = `HTTP ${String(status)}`;
  if (status === 410) return { kind: 'dead', cause };
  return { kind: 'retry', cause, retryAfterMs: parseRetryAfter(retryAfter, now) };
};
