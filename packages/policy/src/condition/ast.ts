import type { ASTNode } from '@marcbachmann/cel-js';

/** Macros that walk a list or a map, binding a name of their own. */
export const listMacros: readonly string[] = ['exists', 'all', 'exists_one', 'filter'];

/** `a.b.c` → ['a', 'b', 'c']; null when it is not a chain of names. */
export const chainOf = (node: ASTNode): readonly string[] | null => {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.') return null;
  const base = chainOf(node.args[0]);
  return base === null ? null : [...base, node.args[1]];
};

/** The parts of a node that are expressions themselves. */
export const childrenOf = (node: ASTNode): readonly ASTNode[] => {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
};

export const textValue = (node: ASTNode | undefined): string | null =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : null;
