import type { Authenticator, Instant } from './attempt.js';
import type { Decision } from './decision.js';
import type { Lock, Place, PushActivity } from './evidence.js';
import type { Finding } from './findings.js';
import { isPhishingResistant, noDemand, stepUpFor } from './outcome.js';
import type { Policy } from './policy.js';
import type { Signal } from './signal.js';
import { valueOf } from './signal.js';
import { leastDistanceKm } from './travel.js';

/** What the authenticating device did, and what has happened to the subject since the decision. */
export interface CompletionEvidence {
  readonly authenticator: Authenticator;
  readonly numberMatched: boolean;
  readonly push: PushActivity;
  readonly lock: Lock | null;
  /** The login came from a device that was known when it was decided. */
  readonly deviceKnown: boolean;
  readonly enrolled: readonly Authenticator[] | null;
  readonly loginPlace: Signal<Place>;
  /** Of the authenticating device; absent when the caller named no address. */
  readonly authenticatorPlace: Signal<Place>;
}

const mismatchDistanceKm = 300;
const defaultUnanswered = 3;

const unansweredBefore = (push: PushActivity): number =>
  push.last10m.denied + push.last10m.ignored + push.last10m.reported;

/** A tired approval is judged by what went before it, whether or not its own event has arrived. */
const tiredApproval = (evidence: CompletionEvidence, policy: Policy): Finding | null => {
  if (evidence.authenticator !== 'push') return null;
  const settings = policy.detectors.push_approved_after_denials;
  const unanswered = Math.max(
    unansweredBefore(evidence.push),
    evidence.push.unansweredBeforeApproval,
  );
  if (unanswered < (settings?.unanswered ?? defaultUnanswered)) return null;
  return {
    reason: 'push_approved_after_denials',
    points: settings?.points ?? 0,
    detail: { unanswered },
  };
};

const deviceMismatch = (evidence: CompletionEvidence): Finding | null => {
  const login = valueOf(evidence.loginPlace);
  const device = valueOf(evidence.authenticatorPlace);
  if (login === null || device === null) return null;
  const distance =
    login.point === null || device.point === null
      ? null
      : leastDistanceKm(login.point, device.point);
  if (login.country === device.country && (distance ?? 0) <= mismatchDistanceKm) return null;
  return {
    reason: 'device_mismatch',
    points: 0,
    detail: {
      distance_km: distance === null ? null : Math.round(distance),
      countries: [login.country, device.country],
    },
  };
};

const withFindings = (
  asked: Decision,
  outcome: Decision['outcome'],
  stepUp: Decision['stepUp'],
  findings: readonly Finding[],
): Decision => ({ ...asked, outcome, stepUp, findings: [...asked.findings, ...findings] });

/**
 * May the login go on now that the step-up is said to be done? The engine judges, not the caller:
 * a lock that began since denies; an authenticator that was not offered changes nothing; a tired or
 * distant approval by something phishable is answered with a phishing-resistant step-up.
 */
export const judgeCompletion = (
  asked: Decision,
  evidence: CompletionEvidence,
  policy: Policy,
  now: Instant,
): Decision => {
  const { lock } = evidence;
  if (lock !== null && lock.until > now && !(lock.exceptKnownDevice && evidence.deviceKnown)) {
    const until = new Date(lock.until).toISOString();
    return withFindings(asked, 'deny', null, [
      { reason: 'subject_locked', points: 0, detail: { lock: lock.reason, until } },
    ]);
  }
  if (asked.outcome !== 'step_up' || asked.stepUp === null) {
    return withFindings(asked, 'deny', null, []);
  }
  const offered = asked.stepUp.authenticators.includes(evidence.authenticator);
  const unmatched = asked.stepUp.numberMatching && evidence.authenticator === 'push' && !evidence.numberMatched;
  if (!offered || unmatched) return withFindings(asked, 'step_up', asked.stepUp, []);
  const doubts = isPhishingResistant(evidence.authenticator)
    ? []
    : [tiredApproval(evidence, policy), deviceMismatch(evidence)].filter((doubt) => doubt !== null);
  if (doubts.length === 0) return withFindings(asked, 'allow', null, []);
  const demand = {
    ...noDemand,
    outcome: 'step_up',
    require: 'phishing_resistant',
    forbid: [...asked.stepUp.forbidden, evidence.authenticator],
  } as const;
  return withFindings(asked, 'step_up', stepUpFor(demand, evidence.enrolled), doubts);
};
