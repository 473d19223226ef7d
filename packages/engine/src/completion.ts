import type { Authenticator, Instant } from './attempt.js';
import { doubtsAbout } from './completion-doubts.js';
import type { Decision, StepUp } from './decision.js';
import type { Lock, Place, PushActivity } from './evidence.js';
import type { Finding } from './findings.js';
import { attackBeginnings, isProvenBefore } from './known-device.js';
import { ladderCount, ladderFinding, reachedRungs } from './ladder.js';
import { holdOf } from './lock.js';
import { noDemand, stepUpFor, strictest, tightened } from './outcome.js';
import type { OutcomeSpec, Policy } from './policy.js';
import { addFindings, levelOf } from './score.js';
import type { Signal } from './signal.js';

/** What the authenticating device did, and what has happened to the subject since the decision. */
export interface CompletionEvidence {
  readonly authenticator: Authenticator;
  readonly numberMatched: boolean;
  readonly push: PushActivity;
  readonly lock: Lock | null;
  /** The first proven login from the login's device, as known when it was decided; null: none. */
  readonly deviceFirstSeenAt: Instant | null;
  readonly enrolled: readonly Authenticator[] | null;
  readonly loginPlace: Signal<Place>;
  /** Of the authenticating device; absent when the caller named no address. */
  readonly authenticatorPlace: Signal<Place>;
}

/** What locks and the push ladder demand by now, whatever they demanded when the step-up was asked. */
const demandByNow = (
  evidence: CompletionEvidence,
  policy: Policy,
  now: Instant,
): { readonly demand: OutcomeSpec; readonly findings: readonly Finding[] } => {
  const { push, lock } = evidence;
  const proven = isProvenBefore(evidence.deviceFirstSeenAt, attackBeginnings(push, lock, now));
  const hold = holdOf(lock, proven, now);
  const count = ladderCount(push, policy.pushLadder, { action: null, now });
  const rungs = reachedRungs(count, proven, policy.pushLadder);
  return {
    demand: rungs.reduce<OutcomeSpec>(strictest, hold?.demand ?? noDemand),
    findings: [hold?.finding ?? null, ladderFinding(count, rungs)].filter(
      (finding) => finding !== null,
    ),
  };
};

const isSatisfied = (stepUp: StepUp, evidence: CompletionEvidence): boolean =>
  stepUp.authenticators.includes(evidence.authenticator) &&
  (evidence.authenticator !== 'push' || !stepUp.numberMatching || evidence.numberMatched);

/**
 * May the login go on now that the step-up is said to be done? The engine judges, not the caller:
 * a lock or a denying rung that began since denies; an authenticator that was not offered, or is
 * forbidden by now, changes nothing; a tired or distant approval by something phishable is answered
 * with a phishing-resistant step-up. What was never a step-up cannot be completed into an allow.
 */
export const judgeCompletion = (
  asked: Decision,
  evidence: CompletionEvidence,
  policy: Policy,
  now: Instant,
  // eslint-disable-next-line max-params -- evaluate's three, and the decision that they are judged against
): Decision => {
  const since = demandByNow(evidence, policy, now);
  const judged = (
    outcome: Decision['outcome'],
    stepUp: StepUp | null,
    doubts: readonly Finding[] = [],
  ): Decision => {
    const scored = addFindings(asked.findings, [...since.findings, ...doubts]);
    return { ...asked, ...scored, level: levelOf(scored.score, policy.bands), outcome, stepUp };
  };
  const open = asked.outcome === 'step_up' ? asked.stepUp : null;
  if (open === null || since.demand.outcome === 'deny') return judged('deny', null);
  const required = tightened(open, since.demand);
  if (!isSatisfied(required, evidence)) return judged('step_up', required);
  const doubts = doubtsAbout(evidence, policy);
  if (doubts.length === 0) return judged('allow', null);
  const demand = strictest(since.demand, {
    outcome: 'step_up',
    require: 'phishing_resistant',
    forbid: [...required.forbidden, evidence.authenticator],
    numberMatching: required.numberMatching,
  });
  return judged('step_up', stepUpFor(demand, evidence.enrolled), doubts);
};
