import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';

/** Steps from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** Something wrong in the file. Line and column count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** What is wrong and how to put it right; quotes no secret. */
  readonly message: string;
}

/** A YAML file as plain values, and where in the file each of them stands. */
export interface SourceDocument {
  readonly value: unknown;
  /** At the value; of a missing one, at the nearest parent that exists. */
  problemAt(path: Path, message: string): Problem;
  /** At the key instead of at its value. */
  problemAtKey(path: Path, message: string): Problem;
}

export type ReadDocument =
  | { readonly kind: 'document'; readonly document: SourceDocument }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const maxCharacters = 65_536;

const offsetOf = (node: unknown): number | null =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : null;

const nearestOffset = (document: Document, path: Path): number => {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(document.getIn(path.slice(0, length), true));
    if (offset !== null) return offset;
  }
  return 0;
};

const keyOffset = (document: Document, path: Path): number => {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const keys = isMap(parent) ? parent.items.map(({ key }) => key) : [];
  const key = keys.find((item) => isScalar(item) && item.value === path.at(-1));
  return offsetOf(key) ?? nearestOffset(document, path);
};

const textOf = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');

const problemsAt =
  (lines: LineCounter) =>
  (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), message };
  };

const refused = (message: string): ReadDocument => ({
  kind: 'problems',
  problems: [{ line: 1, column: 1, message }],
});

const documentOf = (parsed: Document, lines: LineCounter): ReadDocument => {
  const at = problemsAt(lines);
  const named = (path: Path, message: string): string =>
    path.length === 0 ? message : `${textOf(path)}: ${message}`;
  return {
    kind: 'document',
    document: {
      value: parsed.toJS({ maxAliasCount: 0 }),
      problemAt: (path, message) => at(nearestOffset(parsed, path), named(path, message)),
      problemAtKey: (path, message) => at(keyOffset(parsed, path), named(path, message)),
    },
  };
};

/** YAML 1.2 text to plain values with positions, or problems. Never throws. */
export const readDocument = (text: string): ReadDocument => {
  if (text.length > maxCharacters) return refused('the file is larger than 64 KiB');
  const lines = new LineCounter();
  try {
    const parsed = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: lines,
    });
    const at = problemsAt(lines);
    const faults = [...parsed.errors, ...parsed.warnings];
    if (faults.length === 0) return documentOf(parsed, lines);
    const problems = faults.map(({ pos, message }) => at(pos[0], `this is not YAML: ${message}`));
    return { kind: 'problems', problems };
  } catch {
    return refused('this cannot be read: no aliases (*name), and no deep nesting');
  }
};
