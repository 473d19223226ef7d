import { adminActions, type Instant } from './attempt.js';
import type { FindingOf } from './detectors/detector.js';
import type { Evidence } from './evidence.js';
import { attackBeginnings, deviceFirstSeenAt, isProvenBefore } from './known-device.js';
import { ladderCount, reachedRungs } from './ladder.js';
import { isLive } from './live-lock.js';
import { denial, noDemand } from './outcome.js';
import type { OutcomeSpec, Policy } from './policy.js';
import { valueOf } from './signal.js';

/** What is asked of a change to an account that is or was under attack, and the reason for it. */
export interface Aftermath {
  readonly demand: OutcomeSpec;
  readonly finding: FindingOf<'account_at_risk'>;
}

const isUnderAttack = (evidence: Evidence, policy: Policy, now: Instant): boolean => {
  const push = valueOf(evidence.push);
  const count = push === null ? null : ladderCount(push, policy.pushLadder, { action: null, now });
  return (
    isLive(valueOf(evidence.lock), now) ||
    (count !== null && reachedRungs(count, false, policy.pushLadder).length > 0)
  );
};

/** The last risk; null when there was none, or it lies further back than the policy looks. */
const lastRiskAt = (evidence: Evidence, policy: Policy, now: Instant): Instant | null => {
  const riskAt = valueOf(evidence.accountRiskAt);
  // So written that an instant that is no number is never too far back.
  return riskAt === null || now - riskAt >= policy.pushLadder.aftermathMs ? null : riskAt;
};

/**
 * Enrolment and recovery under an attack, in its wake, or after a login at high risk; null where it
 * is none of these. An attacker who got in enrols an authenticator of his own next (ATT&CK
 * T1098.005), and it outlives every change of password. The owner on a device proven before still
 * can, by what no tired approval and no relayed code could stand for.
 */
export const aftermathOf = (evidence: Evidence, policy: Policy, now: Instant): Aftermath | null => {
  if (!adminActions.includes(evidence.attempt.action.name)) return null;
  const underAttack = isUnderAttack(evidence, policy, now);
  const riskAt = lastRiskAt(evidence, policy, now);
  if (riskAt === null && !underAttack) return null;
  const proven = isProvenBefore(deviceFirstSeenAt(evidence), [
    ...(riskAt === null ? [] : [riskAt]),
    ...attackBeginnings(valueOf(evidence.push), valueOf(evidence.lock), now),
  ]);
  const agoMs = underAttack || riskAt === null ? 0 : Math.max(0, now - riskAt);
  return {
    demand: proven ? { ...noDemand, outcome: 'step_up', require: 'phishing_resistant' } : denial,
    finding: {
      reason: 'account_at_risk',
      points: 0,
      detail: { risk_minutes_ago: Math.floor(agoMs / 60_000) },
    },
  };
};
