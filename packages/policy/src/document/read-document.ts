import { LineCounter, parseDocument } from 'yaml';
import type { Path, Problem } from '../problem.js';
import { pathText } from '../problem.js';
import { bounds } from './bounds.js';
import { scalarOffset } from './scalar-offset.js';
import { scan } from './scan.js';
import type { Span } from './walk.js';
import { walk } from './walk.js';

/** A YAML file as plain values, and where in the file each of them stands. */
export interface SourceDocument {
  readonly value: unknown;
  /** @param at a value's path; of a missing value, the nearest parent that exists is pointed at. */
  problemAt(at: Path, message: string, suggestion?: string): Problem;
  /** At the key instead of at its value. */
  problemAtKey(at: Path, message: string, suggestion?: string): Problem;
  /** At one character of a text value. */
  problemInText(at: Path, told: TextProblem): Problem;
}

/** A problem within a text value; the offset counts its characters, whatever quotes and folds it. */
export interface TextProblem {
  readonly offset: number;
  readonly message: string;
  readonly suggestion?: string;
}

export type ReadDocument =
  | { readonly kind: 'document'; readonly document: SourceDocument }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const problem = (
  lines: LineCounter,
  offset: number,
  told: Omit<Problem, 'line' | 'column' | 'suggestion'> & {
    readonly suggestion?: string | undefined;
  },
): Problem => {
  const { line, col } = lines.linePos(offset);
  const { path, message, suggestion } = told;
  const base = { line: Math.max(1, line), column: Math.max(1, col), path, message };
  return suggestion === undefined ? base : { ...base, suggestion };
};

const keyOf = (path: Path): string => JSON.stringify(path);

const nearest = (spans: ReadonlyMap<string, Span>, path: Path): Span => {
  for (let length = path.length; length >= 0; length -= 1) {
    const span = spans.get(keyOf(path.slice(0, length)));
    if (span !== undefined) return span;
  }
  return { start: 0, end: 0, keyStart: 0 };
};

const textAt = (value: unknown, path: Path): string => {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return '';
    at = Object.getOwnPropertyDescriptor(at, step)?.value;
  }
  return typeof at === 'string' ? at : '';
};

const documentOf = (
  text: string,
  lines: LineCounter,
  read: { readonly value: unknown; readonly spans: ReadonlyMap<string, Span> },
): SourceDocument => ({
  value: read.value,
  problemAt: (at, message, suggestion) =>
    problem(lines, nearest(read.spans, at).start, { path: pathText(at), message, suggestion }),
  problemAtKey: (at, message, suggestion) =>
    problem(lines, nearest(read.spans, at).keyStart, { path: pathText(at), message, suggestion }),
  problemInText: (at, { offset, message, suggestion }) => {
    const { start, end } = nearest(read.spans, at);
    const inside = scalarOffset(text.slice(start, end), textAt(read.value, at), offset);
    return problem(lines, start + inside, { path: pathText(at), message, suggestion });
  },
});

const lineCounterOf = (text: string): LineCounter => {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lines.addNewLine(at + 1);
  }
  return lines;
};

const refused = (message: string): ReadDocument => ({
  kind: 'problems',
  problems: [{ line: 1, column: 1, path: '', message }],
});

/**
 * YAML 1.2 text to plain values with positions, or problems. Anchors, aliases, merge keys, tags,
 * directives, duplicate keys and names of the object prototype are refused; size, depth and number
 * of values are bounded (threats.md F1-F3). Never throws.
 */
export const readDocument = (text: string): ReadDocument => {
  const size = text.length > bounds.bytes ? text.length : new TextEncoder().encode(text).length;
  if (size > bounds.bytes) {
    return refused(`the file is larger than ${String(bounds.bytes / 1024)} KiB; split it`);
  }
  const lines = lineCounterOf(text);
  const refusal = scan(text);
  if (refusal !== null) {
    const { offset, message } = refusal;
    return { kind: 'problems', problems: [problem(lines, offset, { path: '', message })] };
  }
  const parsed = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    // Quadratic in the number of keys; the walk checks it with a set instead.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const faults = [...parsed.errors, ...parsed.warnings];
  if (faults.length > 0) {
    const problems = faults.slice(0, 50).map((fault) =>
      problem(lines, fault.pos[0], {
        path: '',
        message: `this is not valid YAML: ${fault.message}`,
      }),
    );
    return { kind: 'problems', problems };
  }
  const read = walk(parsed.contents);
  if (read.problems.length > 0) {
    const problems = read.problems.map(({ offset, path, message }) =>
      problem(lines, offset, { path: pathText(path), message }),
    );
    return { kind: 'problems', problems };
  }
  return { kind: 'document', document: documentOf(text, lines, read) };
};
