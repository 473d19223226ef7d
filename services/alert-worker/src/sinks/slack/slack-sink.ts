import type { SendAlert } from '../alert-sink.js';
import { httpVerdict } from '../outbound/http-verdict.js';
import type { Post } from '../outbound/post.js';
import type { SlackSpec } from '../sink-spec.js';
import { slackMessage } from './slack-message.js';

export interface SlackSinkDeps {
  readonly post: Post;
  readonly clock: () => number;
}

/** An incoming webhook of Slack, or of what takes the same JSON (Mattermost, Rocket.Chat, Zulip). */
export const createSlackSink =
  (spec: SlackSpec, { post, clock }: SlackSinkDeps): SendAlert =>
  async (alert, signal) => {
    const body = JSON.stringify(slackMessage(alert, spec));
    const headers = { 'content-type': 'application/json', 'user-agent': 'stepgate-alert-worker' };
    return httpVerdict(await post({ url: spec.url, headers, body, signal }), clock());
  };
