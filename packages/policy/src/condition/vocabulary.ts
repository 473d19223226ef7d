import type { ASTNode } from '@marcbachmann/cel-js';
import { levels, reputationCategories } from '@stepgate/engine';
import { quoted, suggestionOf } from '../suggest.js';
import { chainOf, textValue } from './ast.js';
import type { ConditionProblem } from './condition-problem.js';
import type { ConditionScope } from './scope.js';

const deviceTypes = ['desktop', 'mobile', 'tablet', 'other'];

/** Names whose values are a closed list: a misspelt one would be a condition that is never met. */
const wordsOf = (name: string, scope: ConditionScope): readonly string[] | null => {
  switch (name) {
    case 'findings':
      return scope.place === 'rule' ? scope.reasons : null;
    case 'ip.categories':
      return reputationCategories;
    case 'risk.level':
      return scope.place === 'rule' ? levels : null;
    case 'user_agent.device_type':
      return deviceTypes;
    default:
      return null;
  }
};

const misspelt = (node: ASTNode, name: string, known: readonly string[]): ConditionProblem[] => {
  const word = textValue(node);
  if (word === null || known.includes(word)) return [];
  const message = `${name} never holds ${quoted(word)}; it knows ${known.join(', ')}`;
  return [{ offset: node.start, message, ...suggestionOf(word, known) }];
};

const againstList = (side: ASTNode, other: ASTNode, scope: ConditionScope): ConditionProblem[] => {
  const name = chainOf(side)?.join('.') ?? '';
  const known = wordsOf(name, scope);
  if (known === null) return [];
  const words = other.op === 'list' ? other.args : [other];
  return words.flatMap((word) => misspelt(word, name, known));
};

/** Literal words compared with a name that holds words of a closed list. */
export const vocabularyProblems = (node: ASTNode, scope: ConditionScope): ConditionProblem[] => {
  if (node.op !== '==' && node.op !== '!=' && node.op !== 'in') return [];
  const [left, right] = node.args;
  return [...againstList(left, right, scope), ...againstList(right, left, scope)];
};
