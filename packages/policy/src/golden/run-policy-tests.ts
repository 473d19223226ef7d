import type { Decision, Policy } from '@stepgate/engine';
import { acrValues, evaluate } from '@stepgate/engine';
import { buildEvidence } from './build-evidence.js';
import { limitsOn } from './build-signals.js';
import type { PolicyTest, PolicyTests } from './parse-policy-tests.js';
import type { Expected } from './test-schema.js';

export interface PolicyTestResult {
  readonly it: string;
  readonly line: number;
  readonly passed: boolean;
  /** One line for each expectation that does not hold. */
  readonly differences: readonly string[];
  readonly decision: Decision;
}

const shown = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(', ')}]` : String(value);

const differing = (name: string, expected: unknown, found: unknown): string[] =>
  expected === undefined || shown(expected) === shown(found)
    ? []
    : [`${name}: expected ${shown(expected)}, got ${shown(found)}`];

const scoreDifference = (expected: Expected['score'], score: number): string[] => {
  if (expected === undefined || typeof expected === 'number') {
    return differing('score', expected, score);
  }
  const { min = 0, max = 100 } = expected;
  return score >= min && score <= max
    ? []
    : [`score: expected ${String(min)} to ${String(max)}, got ${String(score)}`];
};

/** `rule` says only that a rule decided; `expect.rule` says which. */
const reasonsOf = (decision: Decision): readonly string[] =>
  decision.findings.map(({ reason }) => reason).filter((reason) => reason !== 'rule');

const reasonDifferences = (expected: Expected, decision: Decision): string[] => {
  const found = reasonsOf(decision);
  const lacking = (expected.reasons_include ?? []).filter((reason) => !found.includes(reason));
  return [
    ...differing('reasons', expected.reasons?.toSorted(), found.toSorted()),
    ...lacking.map((reason) => `reasons: expected ${reason} among ${shown(found)}`),
  ];
};

const stepUpDifferences = (expected: Expected, { stepUp }: Decision): string[] => {
  const acr = expected.require === undefined ? undefined : acrValues[expected.require];
  return [
    ...differing('require (as acr_values)', acr, stepUp?.acrValues ?? 'no step-up'),
    ...differing('authenticators', expected.authenticators, stepUp?.authenticators ?? 'no step-up'),
    ...differing('forbidden', expected.forbidden, stepUp?.forbidden ?? 'no step-up'),
    ...differing('number_matching', expected.number_matching, stepUp?.numberMatching ?? false),
    ...differing(
      'enrolment_required',
      expected.enrolment_required,
      stepUp?.enrolmentRequired ?? false,
    ),
  ];
};

const unknownLimits = (policy: Policy, { given }: PolicyTest): string[] => {
  const counting = limitsOn(given, policy);
  return (given.limits_exceeded ?? [])
    .filter((name) => counting.every((limit) => limit.name !== name))
    .map((name) =>
      policy.limits.some((limit) => limit.name === name)
        ? `limits_exceeded: ${name} does not count the action ${given.action ?? 'login'}`
        : `limits_exceeded: ${policy.name} has no limit called ${name}`,
    );
};

const runCase = (policy: Policy, tests: PolicyTests, test: PolicyTest): PolicyTestResult => {
  const decision = evaluate(buildEvidence(test.given, policy, test.now), policy, test.now);
  const { expect } = test;
  const differences = [
    ...differing('policy', tests.policy, policy.name),
    ...unknownLimits(policy, test),
    ...differing('decision', expect.decision, decision.outcome),
    ...scoreDifference(expect.score, decision.score),
    ...differing('level', expect.level, decision.level),
    ...reasonDifferences(expect, decision),
    ...stepUpDifferences(expect, decision),
    ...differing('rule', expect.rule, decision.rule),
  ];
  return { it: test.it, line: test.line, passed: differences.length === 0, differences, decision };
};

/** Every golden case on a compiled policy. Pure: the engine's own `evaluate`, at each case's `now`. */
export const runPolicyTests = (policy: Policy, tests: PolicyTests): readonly PolicyTestResult[] =>
  tests.cases.map((test) => runCase(policy, tests, test));
