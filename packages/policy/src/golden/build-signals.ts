import type {
  Attempt,
  Instant,
  LimitUsage,
  Policy,
  PushActivity,
  PushCounts,
  SourceVelocity,
  WindowCounts,
} from '@stepgate/engine';
import { canonicalSubjectId } from '@stepgate/engine';
import type { Given } from './given-schema.js';

const countedMs = 600_000;

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

/** At the usual address the subject has signed in before, unless it never has. */
export const sourceOf = ({ source = {}, address, history }: Given): SourceVelocity => ({
  failures: windowOf(source.failures),
  failedSubjects: windowOf(source.subjects),
  blockSubjects: { tuned: source.block_subjects ?? 0, last10m: source.block_subjects ?? 0 },
  networkSubjects: { tuned: source.network_subjects ?? 0, last1h: source.network_subjects ?? 0 },
  provenSubjects: source.proven_subjects ?? 0,
  subjectProven: source.proven ?? (address === undefined && history !== 'none'),
});

/** As the store counts: a report stands on the top rung at once. */
const ladderOf = (counts: PushCounts, { counted, rungs }: Policy['pushLadder']): number => {
  const sum = counted.reduce((total, result) => total + counts[result], 0);
  const reported = counted.includes('reported') && counts.reported > 0;
  return reported ? Math.max(sum, rungs.at(-1)?.at ?? 0) : sum;
};

export const pushOf = ({ push = {} }: Given, policy: Policy, now: Instant): PushActivity => {
  const counts: PushCounts = {
    sent: push.sent ?? 0,
    approved: push.approved ?? 0,
    denied: push.denied ?? 0,
    ignored: push.ignored ?? 0,
    reported: push.reported ?? 0,
  };
  const ladder = ladderOf(counts, policy.pushLadder);
  return {
    last10m: counts,
    last1h: counts,
    last24h: counts,
    ladder,
    since: ladder === 0 ? null : now - (push.since ?? countedMs),
    latest: ladder === 0 ? null : now - (push.latest ?? 0),
    pending: push.pending ?? 0,
    sentSinceSuccess: push.since_success ?? counts.sent,
    unansweredBeforeApproval: push.unanswered_before_approval ?? 0,
  };
};

/** The limits that count what the case attempts. */
export const limitsOn = (given: Given, { limits }: Policy): Policy['limits'] => {
  const { name } = attemptOf(given).action;
  return limits.filter(({ actions }) => actions.length === 0 || actions.includes(name));
};

export const limitsOf = (given: Given, policy: Policy): readonly LimitUsage[] =>
  limitsOn(given, policy).map(({ name, per, max, windowMs }) => {
    const exceeded = given.limits_exceeded?.includes(name) ?? false;
    return { name, per, max, windowMs, count: exceeded ? max : 1, exceeded };
  });
