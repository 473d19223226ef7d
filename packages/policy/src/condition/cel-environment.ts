import type { FactType } from '@stepgate/engine';
import { Environment } from '@marcbachmann/cel-js';
import type { ConditionScope } from './scope.js';
import { groupsIn, plainNamesIn } from './scope.js';

export const longestCondition = 2000;
const limits = { maxAstNodes: 500, maxDepth: 50, maxListElements: 250, maxMapEntries: 50 };

const celTypes: Readonly<Record<FactType, string>> = {
  string: 'string',
  number: 'double',
  boolean: 'bool',
  string_list: 'list<string>',
  number_list: 'list<double>',
  object: 'map<string, dyn>',
};

type Numeric = number | bigint;

/**
 * Every number of an attempt is a double, and `3` in CEL is an int that equals and adds to nothing but
 * ints. A policy author knows one kind of number; these overloads make the two one.
 */
const mixNumbers = (environment: Environment): Environment => {
  environment.registerOperator('double == int', equal);
  const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [operator, compute] of Object.entries(arithmetic)) {
    const handler = (a: Numeric, b: Numeric): number => compute(Number(a), Number(b));
    environment
      .registerOperator(`double ${operator} int: double`, handler)
      .registerOperator(`int ${operator} double: double`, handler);
  }
  return environment;
};

const equal = (a: Numeric, b: Numeric): boolean => Number(a) === Number(b);
const contains = (a: Numeric, list: readonly Numeric[]): boolean =>
  list.some((entry) => equal(a, entry));

const baseEnvironment = (scope: ConditionScope): Environment =>
  mixNumbers(new Environment({ homogeneousAggregateLiterals: false, limits })).registerFunction(
    'in_network(string, string): bool',
    (address: string, name: string) => scope.networks.get(name)?.(address) ?? false,
  );

/** Knows every field and its type: conditions are checked against this one, once, at load. */
export const createCheckedEnvironment = (scope: ConditionScope): Environment => {
  const environment = baseEnvironment(scope)
    .registerOperator('double in list<int>', contains)
    .registerOperator('int in list<double>', contains);
  for (const [name, type] of Object.entries(plainNamesIn(scope.place))) {
    environment.registerVariable(name, type);
  }
  for (const [name, fields] of Object.entries(groupsIn(scope.place))) {
    const schema = Object.fromEntries(
      Object.entries(fields).map(([field, type]) => [field, celTypes[type]]),
    );
    environment.registerVariable(name, { schema });
  }
  return environment;
};

/**
 * Runs what was checked. Groups are plain maps here: the typed environment copies each of them into a
 * class of its own on every evaluation, which costs three times as much.
 */
export const createRunEnvironment = (scope: ConditionScope): Environment => {
  const environment = baseEnvironment(scope);
  for (const name of [...Object.keys(groupsIn(scope.place)), 'context']) {
    environment.registerVariable(name, 'map<string, dyn>');
  }
  // Dynamic, since `in` knows doubles among ints only where it does not know the types beforehand.
  environment.registerVariable('hour', 'dyn').registerVariable('now', 'dyn');
  if (scope.place === 'rule') environment.registerVariable('findings', 'list<string>');
  return environment;
};
