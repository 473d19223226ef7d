import type { SendAlert } from '../alert-sink.js';
import { alertJson } from '../message/alert-message.js';
import { httpVerdict } from '../outbound/http-verdict.js';
import type { Post } from '../outbound/post.js';
import type { WebhookSpec } from '../sink-spec.js';
import { signWebhook } from './webhook-signature.js';

export interface HttpSinkDeps {
  readonly post: Post;
  readonly clock: () => number;
}

/** Signed alerts by HTTP, as Standard Webhooks describes them. */
export const createWebhookSink =
  (spec: WebhookSpec, { post, clock }: HttpSinkDeps): SendAlert =>
  async (alert, signal) => {
    const body = alertJson(alert, spec);
    const timestampSeconds = Math.floor(clock() / 1_000);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'stepgate-alert-worker',
      'webhook-id': alert.id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signWebhook({ id: alert.id, timestampSeconds, body }, spec.keys),
    };
    return httpVerdict(await post({ url: spec.url, headers, body, signal }), clock());
  };
