import type { Condition } from '@stepgate/engine';
import { reasonMeanings } from '@stepgate/engine';
import type { ConditionCompiler } from './condition/compile-condition.js';
import { createConditionCompiler } from './condition/compile-condition.js';
import { createNetworkMatcher, type NetworkMatcher } from './condition/network-matcher.js';
import type { SourceDocument } from './document/read-document.js';
import type { Problem } from './problem.js';
import { cidrFault } from './schema/networks.js';

/** Compiled conditions by their place in the file, so that a file with other problems has these told too. */
export interface CompiledConditions {
  readonly signals: ReadonlyMap<number, Condition>;
  readonly rules: ReadonlyMap<number, Condition>;
  readonly problems: readonly Problem[];
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;

const listOf = (value: unknown, key: string): readonly unknown[] => {
  const field = fieldOf(value, key);
  return Array.isArray(field) ? field : [];
};

const networksOf = (root: unknown): ReadonlyMap<string, NetworkMatcher> => {
  const written = fieldOf(root, 'networks');
  if (typeof written !== 'object' || written === null) return new Map();
  return new Map(
    Object.keys(written).map((name) => {
      const ranges = listOf(written, name).filter((range) => typeof range === 'string');
      return [name, createNetworkMatcher(ranges.filter((range) => cidrFault(range) === null))];
    }),
  );
};

const reasonsOf = (root: unknown): readonly string[] => {
  const own = listOf(root, 'signals').map((signal) => fieldOf(signal, 'reason'));
  const words = own.filter((reason) => typeof reason === 'string');
  return [...new Set([...Object.keys(reasonMeanings), ...words])];
};

interface Compiled {
  readonly conditions: ReadonlyMap<number, Condition>;
  readonly problems: readonly Problem[];
}

const compileList = (
  document: SourceDocument,
  list: 'signals' | 'rules',
  compile: ConditionCompiler,
): Compiled => {
  const conditions = new Map<number, Condition>();
  const problems: Problem[] = [];
  listOf(document.value, list).forEach((entry, index) => {
    const text = fieldOf(entry, 'when');
    if (typeof text !== 'string') return;
    const compiled = compile(text);
    if (compiled.kind === 'condition') {
      conditions.set(index, compiled.condition);
      return;
    }
    const path = [list, index, 'when'];
    for (const problem of compiled.problems) problems.push(document.problemInText(path, problem));
  });
  return { conditions, problems };
};

/** Every `when` of a policy file, whatever else may be wrong with it. */
export const compileConditions = (document: SourceDocument): CompiledConditions => {
  const scope = { networks: networksOf(document.value), reasons: reasonsOf(document.value) };
  const signals = compileList(
    document,
    'signals',
    createConditionCompiler({ ...scope, place: 'signal' }),
  );
  const rules = compileList(
    document,
    'rules',
    createConditionCompiler({ ...scope, place: 'rule' }),
  );
  return {
    signals: signals.conditions,
    rules: rules.conditions,
    problems: [...signals.problems, ...rules.problems],
  };
};
