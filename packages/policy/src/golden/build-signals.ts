import type {
  Attempt,
  LimitUsage,
  Policy,
  PushActivity,
  PushCounts,
  WindowCounts,
} from '@stepgate/engine';
import { canonicalSubjectId } from '@stepgate/engine';
import type { Given } from './given-schema.js';

/** Cases count in the last ten minutes, which lie in every longer window too. */
export const windowOf = (count = 0): WindowCounts => ({
  tuned: count,
  last10m: count,
  last1h: count,
  last24h: count,
});

export const attemptOf = (given: Given): Attempt => ({
  tenant: given.tenant ?? 'example',
  subject: {
    type: given.subject_type ?? 'user',
    id: canonicalSubjectId(given.subject ?? 'alice'),
    properties: given.properties ?? {},
  },
  action: { name: given.action ?? 'login', properties: {} },
  resource: { type: 'application', id: given.application ?? 'payroll', properties: {} },
  context: given.context ?? {},
  groups: given.groups ?? [],
  authenticators:
    given.authenticators === undefined ? ['passkey', 'totp', 'push', 'sms'] : given.authenticators,
});

export const pushOf = ({ push = {} }: Given, policy: Policy): PushActivity => {
  const counts: PushCounts = {
    sent: push.sent ?? 0,
    approved: push.approved ?? 0,
    denied: push.denied ?? 0,
    ignored: push.ignored ?? 0,
    reported: push.reported ?? 0,
  };
  return {
    last10m: counts,
    last1h: counts,
    last24h: counts,
    ladder: policy.pushLadder.counted.reduce((sum, result) => sum + counts[result], 0),
    sentSinceSuccess: push.since_success ?? counts.sent,
    unansweredBeforeApproval: push.unanswered_before_approval ?? 0,
  };
};

export const limitsOf = (given: Given, policy: Policy): readonly LimitUsage[] =>
  policy.limits.map(({ name, per, max, windowMs }) => {
    const exceeded = given.limits_exceeded?.includes(name) ?? false;
    return { name, per, max, windowMs, count: exceeded ? max : 1, exceeded };
  });
