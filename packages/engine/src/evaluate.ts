import type { Instant } from './attempt.js';
import { buildFacts } from './build-facts.js';
import type { Decision, ExplainedDecision, RuleVerdict } from './decision.js';
import { runDetectors } from './detectors/index.js';
import { signalNames, type Evidence } from './evidence.js';
import type { Facts } from './facts.js';
import type { Finding } from './findings.js';
import { floorsOf } from './floors.js';
import { isAcceptable, stepUpFor, strictest, strongerOf } from './outcome.js';
import type { Level, OutcomeSpec, Policy } from './policy.js';
import { levelOf, scoreOf } from './score.js';

const verdictOf = (
  kind: RuleVerdict['kind'],
  name: string,
  { met, cause }: { readonly met: boolean; readonly cause?: string },
): RuleVerdict => (cause === undefined ? { kind, name, met } : { kind, name, met, cause });

const policyFindings = (policy: Policy, facts: Facts, verdicts: RuleVerdict[]): Finding[] =>
  policy.signals.flatMap(({ reason, points, condition }): Finding[] => {
    const result = condition(facts);
    verdicts.push(verdictOf('signal', reason, result));
    return result.met ? [{ reason, points, detail: { signal: 'policy' } }] : [];
  });

interface RuleFacts extends Facts {
  readonly risk: { readonly score: number; readonly level: Level };
}

interface Base {
  readonly demand: OutcomeSpec;
  readonly rule: string;
  readonly findings: readonly Finding[];
}

/** The first rule that is met sets the base; else the level does. */
const baseOf = (policy: Policy, facts: RuleFacts, verdicts: RuleVerdict[]): Base => {
  const { level } = facts.risk;
  for (const rule of policy.rules) {
    const result = rule.condition(facts);
    verdicts.push(verdictOf('rule', rule.name, result));
    if (result.met) {
      const findings: Finding[] = [{ reason: 'rule', points: 0, detail: { rule: rule.name } }];
      return { demand: rule.then, rule: rule.name, findings };
    }
  }
  verdicts.push(verdictOf('level', level, { met: true }));
  return { demand: policy.decide[level], rule: `level:${level}`, findings: [] };
};

/**
 * May a prompt be sent? Allow means as it is. Where the number must match, or push would not do, the
 * answer is a step-up, which says so and names what to use in its place.
 */
const promptDemand = (evidence: Evidence, demand: OutcomeSpec): OutcomeSpec => {
  if (evidence.attempt.action.name !== 'push_challenge' || demand.outcome !== 'allow')
    return demand;
  return isAcceptable('push', demand) && !demand.numberMatching
    ? demand
    : { ...demand, outcome: 'step_up', require: strongerOf(demand.require, 'mfa') };
};

/**
 * Evidence + policy + now → decision, with the verdict of every rule on the way. The strictest of
 * the base (rule or level) and of all floors wins, so no rule can lift a limit, a lock or a ladder.
 */
export const explain = (evidence: Evidence, policy: Policy, now: Instant): ExplainedDecision => {
  const verdicts: RuleVerdict[] = [];
  const facts = buildFacts(evidence, now);
  const floors = floorsOf(evidence, policy, now);
  const { score, findings } = scoreOf([
    ...runDetectors(evidence, policy.detectors, now),
    ...floors.flatMap((floor) => floor.findings),
    ...policyFindings(policy, facts, verdicts),
  ]);
  const level = levelOf(score, policy.bands);
  const codes = findings.map((finding) => finding.reason);
  const base = baseOf(policy, { ...facts, risk: { score, level }, findings: codes }, verdicts);
  const demand = promptDemand(
    evidence,
    floors.reduce((sofar, floor) => strictest(sofar, floor.demand), base.demand),
  );
  verdicts.push(...floors.flatMap((floor) => floor.verdicts));
  const decision: Decision = {
    outcome: demand.outcome,
    score,
    level,
    findings: [...findings, ...base.findings],
    stepUp:
      demand.outcome === 'step_up' ? stepUpFor(demand, evidence.attempt.authenticators) : null,
    rule: base.rule,
    degraded: signalNames.filter((signal) => evidence[signal].state === 'unavailable'),
  };
  return { decision, verdicts };
};

/** The decision alone; the same walk as `explain`. */
export const evaluate = (evidence: Evidence, policy: Policy, now: Instant): Decision =>
  explain(evidence, policy, now).decision;
