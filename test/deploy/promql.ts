import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export interface Selector {
  readonly metric: string;
  readonly matchers: ReadonlyMap<string, string>;
  /** Of a range selector, else null. */
  readonly range: string | null;
  /** The function or aggregation that the selector stands in directly; null at top level. */
  readonly caller: string | null;
}

export interface Promql {
  readonly valid: boolean;
  readonly selectors: readonly Selector[];
  /** Labels in `by`, `without`, `on`, `ignoring` and `group_left` clauses. */
  readonly groupings: ReadonlySet<string>;
}

/** Stands for Grafana's variable, which PromQL does not know; no query of ours uses this range. */
export const rateInterval = '11m11s';

const resolveVariables = (expr: string): string =>
  expr.replaceAll('$__rate_interval', rateInterval);

const childrenOf = (node: SyntaxNode, name: string): SyntaxNode[] => node.getChildren(name);

const callerOf = (node: SyntaxNode): SyntaxNode | null => {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (at.name === 'FunctionCall') return at.getChild('FunctionIdentifier');
    if (at.name === 'AggregateExpr') return at.getChild('AggregateOp');
    if (at.name === 'BinaryExpr') return null;
  }
  return null;
};

export const parsePromql = (written: string): Promql => {
  const expr = resolveVariables(written);
  const textOf = (node: SyntaxNode | null): string =>
    node === null ? '' : expr.slice(node.from, node.to);
  const selectors: Selector[] = [];
  const groupings = new Set<string>();
  let valid = true;
  const readSelector = (node: SyntaxNode): Selector => {
    const matchers = node.getChild('LabelMatchers');
    const range = node.parent?.name === 'MatrixSelector' ? node.parent : null;
    return {
      metric: textOf(node.getChild('Identifier')),
      matchers: new Map(
        (matchers === null ? [] : childrenOf(matchers, 'UnquotedLabelMatcher')).map((matcher) => [
          textOf(matcher.getChild('LabelName')),
          textOf(matcher.getChild('MatchOp')) + textOf(matcher.getChild('StringLiteral')),
        ]),
      ),
      range: range === null ? null : textOf(range.getChild('DurationExpr')),
      caller: textOf(callerOf(range ?? node)) || null,
    };
  };
  parser.parse(expr).iterate({
    enter: ({ node, type }) => {
      if (type.isError) valid = false;
      if (type.name === 'VectorSelector') selectors.push(readSelector(node));
      if (type.name === 'GroupingLabels') {
        for (const label of childrenOf(node, 'LabelName')) groupings.add(textOf(label));
      }
    },
  });
  return { valid, selectors, groupings };
};
