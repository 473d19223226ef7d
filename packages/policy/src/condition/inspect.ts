import type { ASTNode } from '@marcbachmann/cel-js';
import { quoted, suggestionOf } from '../suggest.js';
import { childrenOf, listMacros, textValue } from './ast.js';
import type { ConditionProblem } from './condition-problem.js';
import type { ConditionScope, GroupFields } from './scope.js';
import { groupsIn, plainNamesIn, ruleOnlyNames } from './scope.js';
import { vocabularyProblems } from './vocabulary.js';

const functions = ['has', 'in_network', 'size', 'int', 'double', 'string', 'timestamp'];
const textMethods = [
  'contains',
  'startsWith',
  'endsWith',
  'lowerAscii',
  'upperAscii',
  'trim',
  'size',
];
/** UTC only: a time zone would cost a formatter per evaluation. */
const clockMethods = [
  'getDayOfWeek',
  'getHours',
  'getMinutes',
  'getDate',
  'getMonth',
  'getFullYear',
];
const methods = [...listMacros, ...textMethods, ...clockMethods];

/** Own keys only are ever read, but nobody writes these in good faith (threats.md F2, F4). */
const prototypeNames = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
  'caller',
  'callee',
  'arguments',
]);

interface Inspection {
  readonly scope: ConditionScope;
  readonly groups: Readonly<Record<string, GroupFields>>;
  readonly names: readonly string[];
  readonly problems: ConditionProblem[];
}

const note = (
  inspection: Inspection,
  node: ASTNode,
  told: Omit<ConditionProblem, 'offset'>,
): void => {
  inspection.problems.push({ offset: node.pos, ...told });
};

const inspectName = (inspection: Inspection, node: ASTNode & { op: 'id' }): void => {
  const name = node.args;
  if (inspection.names.includes(name)) return;
  if (ruleOnlyNames.includes(name)) {
    const message = `${name} is known in rules only: signals are what the score is made of`;
    note(inspection, node, { message });
    return;
  }
  const message = `unknown name ${quoted(name)}; known are ${inspection.names.join(', ')}`;
  note(inspection, node, { message, ...suggestionOf(name, inspection.names) });
};

const inspectField = (
  inspection: Inspection,
  node: ASTNode & { op: '.' | '.?' },
  bound: readonly string[],
): void => {
  const [base, field] = node.args;
  if (prototypeNames.has(field)) {
    note(inspection, node, { message: `the name ${quoted(field)} is not allowed` });
    return;
  }
  if (base.op !== 'id' || bound.includes(base.args)) return;
  const fields = Object.hasOwn(inspection.groups, base.args)
    ? inspection.groups[base.args]
    : undefined;
  if (fields === undefined || Object.hasOwn(fields, field)) return;
  const known = Object.keys(fields);
  const message = `${base.args} has no field ${quoted(field)}; it has ${known.join(', ')}`;
  note(inspection, node, { message, ...suggestionOf(field, known) });
};

const inspectNetwork = (inspection: Inspection, call: ASTNode, name: ASTNode | undefined): void => {
  const text = textValue(name);
  const known = [...inspection.scope.networks.keys()];
  if (name === undefined || text === null) {
    const message =
      "in_network takes an address and a quoted name: in_network(ip.address, 'office')";
    note(inspection, name ?? call, { message });
  } else if (!known.includes(text)) {
    const list =
      known.length === 0 ? 'this policy defines none' : `defined are ${known.join(', ')}`;
    const message = `unknown network ${quoted(text)}; ${list}: add it under networks`;
    note(inspection, name, { message, ...suggestionOf(text, known) });
  }
};

const inspectCall = (inspection: Inspection, node: ASTNode & { op: 'call' }): void => {
  const [name, parameters] = node.args;
  if (name === 'in_network') inspectNetwork(inspection, node, parameters[1]);
  if (functions.includes(name)) return;
  const message = `unknown function ${quoted(name)}; known are ${functions.join(', ')}`;
  note(inspection, node, { message, ...suggestionOf(name, functions) });
};

const inspectMethod = (
  inspection: Inspection,
  node: ASTNode & { op: 'rcall' },
  bound: readonly string[],
): void => {
  const [name, , parameters] = node.args;
  if (name === 'matches') {
    const message =
      'matches is refused: a regular expression can be made to run for seconds; use startsWith, endsWith, contains or in';
    note(inspection, node, { message });
  } else if (!methods.includes(name)) {
    const message = `unknown method ${quoted(name)}; known are ${methods.join(', ')}`;
    note(inspection, node, { message, ...suggestionOf(name, methods) });
  } else if (listMacros.includes(name) && bound.length > 0) {
    const message = `${name} stands inside another list macro, which multiplies its cost; write two rules`;
    note(inspection, node, { message });
  } else if (clockMethods.includes(name) && parameters.length > 0) {
    note(inspection, node, { message: `${name} takes nothing: times are UTC` });
  }
};

const inspectNode = (inspection: Inspection, node: ASTNode, bound: readonly string[]): void => {
  switch (node.op) {
    case 'id':
      if (!bound.includes(node.args)) inspectName(inspection, node);
      break;
    case '.':
    case '.?':
      inspectField(inspection, node, bound);
      break;
    case '[]': {
      if (prototypeNames.has(textValue(node.args[1]) ?? '')) {
        const message = `the name ${quoted(textValue(node.args[1]) ?? '')} is not allowed`;
        note(inspection, node.args[1], { message });
      }
      break;
    }
    case 'call':
      inspectCall(inspection, node);
      break;
    case 'rcall':
      inspectMethod(inspection, node, bound);
      break;
    default:
      inspection.problems.push(...vocabularyProblems(node, inspection.scope));
  }
  inspectChildren(inspection, node, bound);
};

/** A macro's first argument declares a name; it holds in the others. */
const inspectChildren = (inspection: Inspection, node: ASTNode, bound: readonly string[]): void => {
  const variable =
    node.op === 'rcall' && listMacros.includes(node.args[0]) ? node.args[2][0] : undefined;
  if (node.op === 'rcall' && variable?.op === 'id') {
    inspectNode(inspection, node.args[1], bound);
    for (const part of node.args[2].slice(1))
      inspectNode(inspection, part, [...bound, variable.args]);
    return;
  }
  for (const child of childrenOf(node)) inspectNode(inspection, child, bound);
};

/** Names, functions and words that a condition may not use; all of them, in order of position. */
export const inspect = (ast: ASTNode, scope: ConditionScope): readonly ConditionProblem[] => {
  const groups = groupsIn(scope.place);
  const names = [...Object.keys(groups), ...Object.keys(plainNamesIn(scope.place))];
  const inspection: Inspection = { scope, groups, names, problems: [] };
  inspectNode(inspection, ast, []);
  return inspection.problems.sort((a, b) => a.offset - b.offset);
};
