import type { SinkSpec } from '../sinks/sink-spec.js';
import { buildSink } from './build/build-sink.js';
import { readDocument, type Path, type Problem, type SourceDocument } from './document.js';
import type { Reading } from './reading.js';
import { fileSchema, sinkSchemas, type SinkType, type WrittenSink } from './schema/sinks.js';
import { checkValue } from './schema/words.js';

export interface ParsedSinks {
  readonly sinks: readonly SinkSpec[];
  /** Empty: the sinks are all there. Sorted by position. */
  readonly problems: readonly Problem[];
}

/** Where alerts lead when the file says nothing else: this project's own page. */
const defaultRunbook = 'docs/fatigue-runbook.md';

const isSinkType = (type: unknown): type is SinkType =>
  typeof type === 'string' && Object.hasOwn(sinkSchemas, type);

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;

const checkSink = (
  document: SourceDocument,
  value: unknown,
  path: Path,
): { readonly data: WrittenSink | null; readonly problems: readonly Problem[] } => {
  const type = typeOf(value);
  if (isSinkType(type))
    return checkValue<(typeof sinkSchemas)[SinkType]>({ document, path, value }, sinkSchemas[type]);
  const known = Object.keys(sinkSchemas).join(', ');
  const at = type === undefined ? path : [...path, 'type'];
  return { data: null, problems: [document.problemAt(at, `type must be one of ${known}`)] };
};

interface WrittenAt {
  readonly written: WrittenSink;
  readonly path: Path;
}

const repeatedNames = (
  document: SourceDocument,
  sinks: readonly WrittenAt[],
): readonly Problem[] => {
  const names = new Set<string>();
  return sinks.flatMap(({ written: { name }, path }) => {
    if (!names.has(name)) {
      names.add(name);
      return [];
    }
    return [
      document.problemAt(
        [...path, 'name'],
        `"${name}" is the name of another sink; names are unique`,
      ),
    ];
  });
};

/** An alert that names nobody helps nobody. */
const namesNobody = (document: SourceDocument, sinks: readonly SinkSpec[]): readonly Problem[] =>
  sinks.some(({ parts }) => parts.subject)
    ? []
    : [
        document.problemAt(
          ['sinks'],
          'no sink would say who is under attack; give one of them subject: full',
        ),
      ];

const byPosition = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

const refused = (problems: readonly Problem[]): ParsedSinks => ({
  sinks: [],
  problems: [...problems].sort(byPosition),
});

/** A sinks file's text to its sinks, or everything that is wrong with it. */
export const parseSinks = (
  text: string,
  context: Omit<Reading, 'report' | 'runbookUrl'>,
): ParsedSinks => {
  const read = readDocument(text);
  if (read.kind === 'problems') return refused(read.problems);
  const { document } = read;
  const file = checkValue({ document, path: [], value: document.value }, fileSchema);
  if (file.data === null) return refused(file.problems);
  const { sinks: entries, runbook_url: runbookUrl = defaultRunbook } = file.data;
  const problems: Problem[] = [];
  const written = entries.flatMap((value, index): readonly WrittenAt[] => {
    const path = ['sinks', index];
    const checked = checkSink(document, value, path);
    problems.push(...checked.problems);
    return checked.data === null ? [] : [{ written: checked.data, path }];
  });
  problems.push(...repeatedNames(document, written));
  const report = (path: Path, message: string): void => {
    problems.push(document.problemAt(path, message));
  };
  const sinks = written
    .map(({ written: sink, path }) => buildSink({ ...context, runbookUrl, report }, sink, path))
    .filter((sink) => sink !== null);
  if (problems.length === 0) problems.push(...namesNobody(document, sinks));
  return problems.length === 0 ? { sinks, problems } : refused(problems);
};
