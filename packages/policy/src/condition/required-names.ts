import type { ASTNode } from '@marcbachmann/cel-js';
import { factGroups, type FactGroup } from './scope.js';
import { chainOf, childrenOf, listMacros } from './ast.js';

/**
 * Names that a condition cannot be met without. Reading a missing name makes CEL throw, and an error
 * with its stack costs ten times the whole evaluation; most attempts lack some name (no earlier
 * place, no AS), so these are looked up first. What `||` can do without is left to CEL.
 */
export interface Needs {
  /** Without one of these the expression is never true. */
  readonly forTrue: ReadonlySet<string>;
  /** Without one of these it is never false. */
  readonly forFalse: ReadonlySet<string>;
}

type Names = ReadonlySet<string>;

const none: Names = new Set();
const either = (a: Names, b: Names): Names => new Set([...a, ...b]);
const both = (a: Names, b: Names): Names => new Set([...a].filter((name) => b.has(name)));
const same = (names: Names): Needs => ({ forTrue: names, forFalse: names });

/** Of an expression whose value is used whatever it is: no value without these. */
const always = (node: ASTNode, bound: Names): Names => {
  const { forTrue, forFalse } = needsOf(node, bound);
  return both(forTrue, forFalse);
};

const fieldNeed = (node: ASTNode, bound: Names): Names | null => {
  const chain = chainOf(node);
  const [group, field] = chain ?? [];
  if (group === undefined || field === undefined || bound.has(group)) return null;
  return new Set([`${group}.${field}`]);
};

const needsOf = (node: ASTNode, bound: Names): Needs => {
  const of = (part: ASTNode): Needs => needsOf(part, bound);
  switch (node.op) {
    case '&&': {
      const [a, b] = [of(node.args[0]), of(node.args[1])];
      return { forTrue: either(a.forTrue, b.forTrue), forFalse: both(a.forFalse, b.forFalse) };
    }
    case '||': {
      const [a, b] = [of(node.args[0]), of(node.args[1])];
      return { forTrue: both(a.forTrue, b.forTrue), forFalse: either(a.forFalse, b.forFalse) };
    }
    case '!_': {
      const { forTrue, forFalse } = of(node.args);
      return { forTrue: forFalse, forFalse: forTrue };
    }
    case '?:': {
      const [test, a, b] = node.args;
      const needed = always(test, bound);
      const [yes, no] = [of(a), of(b)];
      return {
        forTrue: either(needed, both(yes.forTrue, no.forTrue)),
        forFalse: either(needed, both(yes.forFalse, no.forFalse)),
      };
    }
    case '.':
      return same(fieldNeed(node, bound) ?? always(node.args[0], bound));
    case 'call':
      return node.args[0] === 'has' ? same(none) : same(allOf(node, bound));
    case 'rcall':
      return listMacros.includes(node.args[0])
        ? same(always(node.args[1], bound))
        : same(allOf(node, bound));
    default:
      return same(allOf(node, bound));
  }
};

const allOf = (node: ASTNode, bound: Names): Names =>
  childrenOf(node).reduce<Names>((names, child) => either(names, always(child, bound)), none);

/** A field of a group of facts. */
export interface RequiredName {
  readonly group: FactGroup;
  readonly field: string;
}

/** The names without which the condition is never met. */
export const requiredNames = (ast: ASTNode): readonly RequiredName[] =>
  [...needsOf(ast, none).forTrue].flatMap((name) => {
    const [written, field] = name.split('.');
    const group = factGroups.find((known) => known === written);
    return group === undefined || field === undefined ? [] : [{ group, field }];
  });
