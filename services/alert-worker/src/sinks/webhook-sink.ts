import type { Alert } from '@stepgate/assessment';
import { alertMessage } from './alert-message.js';
import type { AlertSink, SinkVerdict } from './alert-sink.js';
import { parseRetryAfter } from './retry-after.js';
import { postWebhook, type WebhookAnswer, type WebhookLimits } from './webhook-request.js';
import { signWebhook } from './webhook-signature.js';

export interface WebhookSinkOptions {
  readonly url: URL;
  /** One, or two while receivers change from one to the other. */
  readonly keys: readonly Buffer[];
  /** Whether the message tells address, country and device of the prompts. */
  readonly context: boolean;
  readonly limits?: Partial<WebhookLimits>;
  readonly clock?: () => number;
}

const defaultLimits: WebhookLimits = { connectMs: 2_000, totalMs: 10_000, responseBytes: 65_536 };

/** Standard Webhooks: receivers may refuse larger ones. */
const maxBodyBytes = 20_000;

/** What callers put into an event's context is theirs to size: it is the first thing to go. */
const bodyFor = (alert: Alert, context: boolean): string => {
  const body = JSON.stringify(alertMessage(alert, { subject: true, context }));
  return context && Buffer.byteLength(body) > maxBodyBytes ? bodyFor(alert, false) : body;
};

/**
 * 2xx is a delivery and nothing else is: a redirect is not followed, since whoever can answer could
 * so aim our signed alerts at others. 410 means "never again" for this alert; the address stays in
 * use, because a receiver must not be able to silence the alerts to come. All else is tried again.
 */
const verdictOn = (answer: WebhookAnswer, now: number): SinkVerdict => {
  if (answer.kind === 'failed') return { kind: 'retry', cause: answer.cause, retryAfterMs: null };
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const cause = `HTTP ${String(status)}`;
  if (status === 410) return { kind: 'dead', cause };
  return { kind: 'retry', cause, retryAfterMs: parseRetryAfter(retryAfter, now) };
};

/** Signed alerts by HTTP, as Standard Webhooks describes them. */
export const createWebhookSink = (options: WebhookSinkOptions): AlertSink => {
  const { url, keys, context, clock = Date.now } = options;
  const limits = { ...defaultLimits, ...options.limits };
  return {
    name: 'webhook',
    send: async (alert, signal) => {
      const body = bodyFor(alert, context);
      const timestampSeconds = Math.floor(clock() / 1_000);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'stepgate-alert-worker',
        'webhook-id': alert.id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': signWebhook({ id: alert.id, timestampSeconds, body }, keys),
      };
      const answer = await postWebhook({ url, headers, body, signal, limits });
      return verdictOn(answer, clock());
    },
  };
};
