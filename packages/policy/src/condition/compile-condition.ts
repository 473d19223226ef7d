import type { ASTNode, Environment, ParseResult } from '@marcbachmann/cel-js';
import { EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { Condition, ConditionResult, Facts } from '@stepgate/engine';
import { alternativesOf } from './alternatives.js';
import { childrenOf, listMacros } from './ast.js';
import {
  createCheckedEnvironment,
  createRunEnvironment,
  longestCondition,
} from './cel-environment.js';
import type { ConditionProblem } from './condition-problem.js';
import { inspect } from './inspect.js';
import { hasLongList, longestWalkedList } from './long-list.js';
import { requiredNames, type RequiredName } from './required-names.js';
import type { ConditionScope } from './scope.js';

export type CompiledCondition =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'problems'; readonly problems: readonly ConditionProblem[] };

export type ConditionCompiler = (text: string) => CompiledCondition;

const refused = (...problems: readonly ConditionProblem[]): CompiledCondition => ({
  kind: 'problems',
  problems,
});

const problemOf = (error: unknown): ConditionProblem => {
  if (error instanceof ParseError || error instanceof CelTypeError) {
    return { offset: error.range?.start ?? 0, message: plain(error.summary) };
  }
  return { offset: 0, message: 'this is not a condition; see docs/policy.md' };
};

/** CEL's type names in the words of the policy language. */
const plain = (summary: string): string =>
  summary
    .replace(/\b(double|int|uint)\b/g, 'number')
    .replace(/\bbool\b/g, 'true/false')
    .replace(/^no such overload: (.*)$/, 'these do not go together: $1')
    .replace(/^found no matching overload for '(.*)'$/, 'this does not take such values: $1')
    .slice(0, 300);

const parse = (environment: Environment, text: string): ParseResult | ConditionProblem => {
  try {
    return environment.parse(text);
  } catch (error) {
    return problemOf(error);
  }
};

const typeProblem = (parsed: ParseResult): ConditionProblem | null => {
  const { valid, error } = parsed.check();
  return valid ? null : problemOf(error);
};

const notBoolean = (parsed: ParseResult): ConditionProblem | null => {
  const { type = 'something else' } = parsed.check();
  if (type === 'bool') return null;
  const hint = type === 'dyn' ? '; compare it, as in "… == true"' : '';
  return { offset: 0, message: `must be true or false, but is ${plain(type)}${hint}` };
};

const causeOf = (error: unknown): string =>
  error instanceof EvaluationError ? error.summary : 'the condition could not be evaluated';

const unmet: ConditionResult = { met: false };

const missing = (facts: Facts, required: readonly RequiredName[]): ConditionResult | null => {
  for (const { group, field } of required) {
    const fields = facts[group];
    if (fields !== undefined && Object.hasOwn(fields, field)) continue;
    return { met: false, cause: `${group}.${field} is absent or unavailable` };
  }
  return null;
};

const walksLists = (node: ASTNode): boolean =>
  (node.op === 'rcall' && listMacros.includes(node.args[0])) || childrenOf(node).some(walksLists);

const runnerOf = (run: ParseResult): Condition => {
  const required = requiredNames(run.ast);
  const walks = walksLists(run.ast);
  return (facts) => {
    const absent = missing(facts, required);
    if (absent !== null) return absent;
    if (walks && hasLongList(facts)) {
      return { met: false, cause: `a list is longer than ${String(longestWalkedList)} entries` };
    }
    try {
      const value: unknown = run(facts);
      return value === true ? { met: true } : unmet;
    } catch (error) {
      // CEL's way to say that a name is missing or of another type: unmet, by the policy language.
      return { met: false, cause: causeOf(error) };
    }
  };
};

/** Met when one of them is; the cause is the first one's that has any. */
const anyOf = (conditions: readonly Condition[]): Condition => {
  const [only] = conditions;
  if (conditions.length === 1 && only !== undefined) return only;
  return (facts) => {
    let first = unmet;
    for (const condition of conditions) {
      const result = condition(facts);
      if (result.met) return result;
      if (first.cause === undefined) first = result;
    }
    return first;
  };
};

/**
 * CEL text to a condition, or all its problems. Checked once against the types of the facts; met
 * only when it evaluates to true. A name that is absent, of another type than compared with, or any
 * other run-time error leaves it unmet with a cause; `&&` and `||` absorb errors as CEL defines.
 */
export const createConditionCompiler = (scope: ConditionScope): ConditionCompiler => {
  const checking = createCheckedEnvironment(scope);
  const running = createRunEnvironment(scope);
  return (text) => {
    if (text.length > longestCondition) {
      const message = `is longer than ${String(longestCondition)} characters; split it`;
      return refused({ offset: 0, message });
    }
    const checked = parse(checking, text);
    if ('offset' in checked) return refused(checked);
    const problems = inspect(checked.ast, scope);
    if (problems.length > 0) return refused(...problems);
    const mistyped = typeProblem(checked) ?? notBoolean(checked);
    if (mistyped !== null) return refused(mistyped);
    const parts = alternativesOf(text).map((part) => running.parse(part));
    // What the typed environment lets pass must run in the other: else it would be unmet for ever.
    const unfit = parts.map(typeProblem).find((problem) => problem !== null) ?? null;
    if (unfit !== null) return refused(unfit);
    return { kind: 'condition', condition: anyOf(parts.map(runnerOf)) };
  };
};
