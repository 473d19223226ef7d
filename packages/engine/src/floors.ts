import { aftermathOf } from './aftermath.js';
import { adminActions, type Instant } from './attempt.js';
import type { RuleVerdict } from './decision.js';
import type { Evidence, SignalName } from './evidence.js';
import { signalLabel, signalNames, stateSignals } from './evidence.js';
import type { Finding } from './findings.js';
import { attackBeginnings, deviceFirstSeenAt, isProvenBefore } from './known-device.js';
import { ladderCount, ladderFinding, reachedRungs } from './ladder.js';
import { holdOf } from './lock.js';
import { denial, noDemand, strictest } from './outcome.js';
import type { Limit, OutcomeSpec, Policy, UnavailableCost } from './policy.js';
import { valueOf } from './signal.js';

/** Something that the outcome may not fall below, whatever the rules say. */
export interface Floor {
  readonly demand: OutcomeSpec;
  readonly findings: readonly Finding[];
  readonly verdicts: readonly RuleVerdict[];
}

/** A limit that names prompts is one on prompts: beyond it none is sent, though others may step up. */
const beyondLimit = ({ actions, then }: Limit): OutcomeSpec =>
  actions.includes('push_challenge') ? strictest(then, { ...noDemand, forbid: ['push'] }) : then;

const limitsFloor = (evidence: Evidence, policy: Policy): Floor => {
  const usages = valueOf(evidence.limits) ?? [];
  const verdicts = usages.map((usage): RuleVerdict => ({
    kind: 'limit',
    name: usage.name,
    met: usage.exceeded,
  }));
  const demand = usages
    .filter((usage) => usage.exceeded)
    .map((usage) => policy.limits.find((limit) => limit.name === usage.name))
    .map((limit) => (limit === undefined ? denial : beyondLimit(limit)))
    .reduce(strictest, noDemand);
  return { demand, findings: [], verdicts };
};

const ladderFloor = (
  evidence: Evidence,
  policy: Policy,
  { proven, now }: { readonly proven: boolean; readonly now: Instant },
): Floor => {
  const push = valueOf(evidence.push);
  const { pushLadder } = policy;
  const asked = { action: evidence.attempt.action.name, now };
  const count = push === null ? null : ladderCount(push, pushLadder, asked);
  const rungs = count === null ? [] : reachedRungs(count, proven, pushLadder);
  const finding = count === null ? null : ladderFinding(count, rungs);
  return {
    demand: rungs.reduce<OutcomeSpec>(strictest, noDemand),
    findings: finding === null ? [] : [finding],
    verdicts: policy.pushLadder.rungs.map((rung) => ({
      kind: 'rung',
      name: `at ${String(rung.at)}`,
      met: rungs.some((reached) => reached.at === rung.at),
    })),
  };
};

const lockFloor = (evidence: Evidence, proven: boolean, now: Instant): Floor => {
  const lock = valueOf(evidence.lock);
  const hold = holdOf(lock, proven, now);
  const verdict: RuleVerdict = { kind: 'lock', name: lock?.reason ?? 'lock', met: hold !== null };
  return hold === null
    ? { demand: noDemand, findings: [], verdicts: [verdict] }
    : { demand: hold.demand, findings: [hold.finding], verdicts: [verdict] };
};

const aftermathFloors = (evidence: Evidence, policy: Policy, now: Instant): readonly Floor[] => {
  const aftermath = aftermathOf(evidence, policy, now);
  if (aftermath === null) return [];
  const { name } = evidence.attempt.action;
  const verdicts: readonly RuleVerdict[] = [{ kind: 'aftermath', name, met: true }];
  return [{ demand: aftermath.demand, findings: [aftermath.finding], verdicts }];
};

const costOf = (signal: SignalName, policy: Policy): UnavailableCost => {
  switch (signal) {
    case 'geo':
    case 'network':
      return policy.degraded.geo;
    case 'reputation':
      return policy.degraded.reputation;
    default:
      return { kind: 'keep' };
  }
};

const unavailableFloor = (evidence: Evidence, policy: Policy): Floor => {
  let demand = noDemand;
  const findings: Finding[] = [];
  const verdicts: RuleVerdict[] = [];
  for (const signal of signalNames) {
    const read = evidence[signal];
    if (read.state !== 'unavailable') continue;
    const cost = costOf(signal, policy);
    findings.push({
      reason: 'signal_unavailable',
      points: cost.kind === 'points' ? cost.points : 0,
      detail: { signal: signalLabel(signal), cause: read.cause },
    });
    verdicts.push({ kind: 'degraded', name: signal, met: true, cause: read.cause });
    if (cost.kind === 'outcome') {
      demand = strictest(demand, { ...noDemand, outcome: cost.outcome, require: 'mfa' });
    }
    if (stateSignals.includes(signal)) demand = strictest(demand, stateDemand(evidence, policy));
  }
  return { demand, findings, verdicts };
};

/** Without state nothing is known of locks and limits: never an allow, and no new authenticators. */
const stateDemand = (evidence: Evidence, policy: Policy): OutcomeSpec => ({
  ...noDemand,
  require: 'mfa',
  // How often push was refused cannot be read either.
  numberMatching: true,
  outcome: adminActions.includes(evidence.attempt.action.name) ? 'deny' : policy.degraded.state,
});

/** All floors of one attempt, in the order in which their reasons are listed. */
export const floorsOf = (evidence: Evidence, policy: Policy, now: Instant): readonly Floor[] => {
  const beginnings = attackBeginnings(valueOf(evidence.push), valueOf(evidence.lock), now);
  const proven = isProvenBefore(deviceFirstSeenAt(evidence), beginnings);
  return [
    limitsFloor(evidence, policy),
    ladderFloor(evidence, policy, { proven, now }),
    lockFloor(evidence, proven, now),
    ...aftermathFloors(evidence, policy, now),
    unavailableFloor(evidence, policy),
  ];
};
