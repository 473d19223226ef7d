import type { Alert } from '@stepgate/assessment';
import type { SendAlert, SendVerdict } from '../alert-sink.js';
import type { Post } from '../outbound/post.js';
import type { SsfSpec } from '../sink-spec.js';
import { eventsOfAlert, type EventToSend } from './events-of-alert.js';
import { securityEvent } from './security-event.js';
import { allAccepted, setVerdict } from './set-verdict.js';
import { signSet } from './sign-set.js';

export interface SsfSinkDeps {
  readonly post: Post;
  readonly clock: () => number;
}

const unspeakable: SendVerdict = {
  kind: 'dead',
  cause: 'the subject cannot be named in the format that the receiver wants',
};

/** Security event tokens, pushed (RFC 8935): one request for each event. */
export const createSsfSink = (spec: SsfSpec, { post, clock }: SsfSinkDeps): SendAlert => {
  const headers = {
    'content-type': 'application/secevent+jwt',
    accept: 'application/json',
    'user-agent': 'stepgate-alert-worker',
    ...(spec.token === null ? {} : { authorization: `Bearer ${spec.token}` }),
  };
  const push = async (
    alert: Alert,
    sent: EventToSend,
    signal: AbortSignal,
  ): Promise<SendVerdict> => {
    const claims = securityEvent(alert, sent, spec);
    if (claims === null) return unspeakable;
    const body = await signSet(claims, spec.signingKeys[0], clock());
    return setVerdict(await post({ url: spec.url, headers, body, signal }), clock());
  };
  return async (alert, signal) => {
    const events = eventsOfAlert(alert, spec.events);
    return allAccepted(await Promise.all(events.map((sent) => push(alert, sent, signal))));
  };
};
