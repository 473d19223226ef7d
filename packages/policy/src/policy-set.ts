import type { Policy } from '@stepgate/engine';
import type { PolicyQuestion } from './applies-to.js';
import { applies, covers, isDefault } from './applies-to.js';

/** The policies of one directory. Fits assessment's PolicySource. */
export interface PolicySet {
  /** The first whose `applies_to` matches, in the order given; the default when none does. */
  policyFor(question: PolicyQuestion): Policy;
  byName(name: string): Policy | null;
}

/** What is wrong with policies that are each right by themselves. */
export interface PolicySetProblem {
  /** Name of the policy to be changed; empty when one is missing. */
  readonly policy: string;
  readonly message: string;
}

const missingDefault: PolicySetProblem = {
  policy: '',
  message: 'no policy governs everybody else: leave applies_to out of one of them',
};

const defaultProblems = (policies: readonly Policy[]): PolicySetProblem[] => {
  const [first, ...others] = policies.filter(isDefault);
  if (first === undefined) return [missingDefault];
  return others.map(({ name }) => ({
    policy: name,
    message: `${first.name} governs everybody else already; give ${name} an applies_to`,
  }));
};

const nameProblems = (policies: readonly Policy[]): PolicySetProblem[] =>
  policies
    .filter(({ name }, index) => policies.findIndex((other) => other.name === name) < index)
    .map(({ name }) => ({ policy: name, message: `two policies are called ${name}; rename one` }));

const reachProblems = (policies: readonly Policy[]): PolicySetProblem[] => {
  const special = policies.filter((policy) => !isDefault(policy));
  return special.flatMap((policy, index) => {
    const before = special
      .slice(0, index)
      .find((other) => covers(other.appliesTo, policy.appliesTo));
    if (before === undefined) return [];
    const message = `${policy.name} is never reached: ${before.name} stands before it and matches all that it matches; narrow ${before.name} or rename the files`;
    return [{ policy: policy.name, message }];
  });
};

/** @param policies in order of their file names. */
export const lintPolicySet = (policies: readonly Policy[]): readonly PolicySetProblem[] => [
  ...defaultProblems(policies),
  ...nameProblems(policies),
  ...reachProblems(policies),
];

/**
 * @param policies in order of their file names; lint them first.
 * @throws RangeError when none of them is the default: somebody would then be governed by nothing.
 */
export const createPolicySet = (policies: readonly Policy[]): PolicySet => {
  const fallback = policies.find(isDefault);
  if (fallback === undefined) throw new RangeError(missingDefault.message);
  const special = policies.filter((policy) => !isDefault(policy));
  const names = new Map([...policies].reverse().map((policy) => [policy.name, policy]));
  return {
    policyFor: (question) =>
      special.find(({ appliesTo }) => applies(appliesTo, question)) ?? fallback,
    byName: (name) => names.get(name) ?? null,
  };
};
