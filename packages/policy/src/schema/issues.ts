import type { z } from 'zod';
import type { SourceDocument } from '../document/read-document.js';
import type { Path, Problem } from '../problem.js';
import { quoted, suggest } from '../suggest.js';

type Issue = z.core.$ZodIssue;

/** Stands for a message that no schema gave. */
const noWords = '';

/** Of one block: nobody mends thousands by their names, and each costs a search for its line. */
const mostUnknownKeys = 100;

const typeNames: Readonly<Record<string, string>> = {
  object: 'a block of keys',
  record: 'a block of keys',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeNames[typeof value] ?? typeof value;
};

const valueAt = (root: unknown, path: Path): unknown => {
  let at = root;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, step)?.value;
  }
  return at;
};

const pathOf = (base: Path, issue: Issue): Path => [
  ...base,
  ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
];

const missing = (document: SourceDocument, path: Path): Problem =>
  document.problemAt(path, `${quoted(String(path.at(-1) ?? 'the file'))} is missing; add it`);

const unknownKeys = (document: SourceDocument, path: Path, issue: Issue): Problem[] => {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = issue.message.split(' ');
  const [firstUnnamed] = issue.keys.slice(mostUnknownKeys);
  const unnamed = issue.keys.length - mostUnknownKeys;
  return [
    ...issue.keys
      .slice(0, mostUnknownKeys)
      .map((key) =>
        document.problemAtKey(
          [...path, key],
          `unknown key ${quoted(key)}; known here: ${known.join(', ')}`,
          suggest(key, known),
        ),
      ),
    ...(firstUnnamed === undefined
      ? []
      : [
          document.problemAtKey(
            [...path, firstUnnamed],
            `${String(unnamed)} more unknown keys from here on; mend the first ones first`,
          ),
        ]),
  ];
};

const badValue = (document: SourceDocument, path: Path, issue: Issue): Problem[] => {
  if (issue.code !== 'invalid_value') return [];
  const written = valueAt(document.value, path);
  if (written === undefined) return [missing(document, path)];
  const allowed = issue.values.map(String);
  const found = typeof written === 'string' ? quoted(written) : kindOf(written);
  return [
    document.problemAt(
      path,
      `${found} does not stand here; write ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`,
      typeof written === 'string' ? suggest(written, allowed) : undefined,
    ),
  ];
};

const badType = (document: SourceDocument, path: Path, issue: Issue): Problem[] => {
  if (issue.code !== 'invalid_type') return [];
  const written = valueAt(document.value, path);
  if (written === undefined) return [missing(document, path)];
  const wanted = typeNames[issue.expected] ?? issue.expected;
  return [document.problemAt(path, `must be ${wanted}, but there is ${kindOf(written)}`)];
};

/** The branch that the author seems to have meant: the one that the value got furthest into. */
const likelyBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  branches.find((issues) =>
    issues.every(
      (issue) =>
        issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'custom',
    ),
  ) ?? branches.find((issues) => issues.every((issue) => issue.code !== 'invalid_type'));

const badUnion = (document: SourceDocument, path: Path, issue: Issue): Problem[] => {
  if (issue.code !== 'invalid_union') return [];
  const branch = likelyBranch(issue.errors);
  if (branch !== undefined) return branch.flatMap((inner) => problemOf(document, path, inner));
  return [
    document.problemAt(
      path,
      `${kindOf(valueAt(document.value, path))} does not fit here; see docs/policy.md`,
    ),
  ];
};

const bound = (issue: Issue): string | null => {
  if (issue.code === 'too_small') return `must be at least ${String(issue.minimum)}`;
  if (issue.code === 'too_big') return `must be at most ${String(issue.maximum)}`;
  return null;
};

const sizeOf = (document: SourceDocument, path: Path, issue: Issue): Problem[] => {
  const limit = bound(issue);
  if (limit === null || !('origin' in issue)) return [];
  const unit =
    issue.origin === 'string' ? ' characters long' : issue.origin === 'array' ? ' entries' : '';
  const verb = issue.origin === 'array' ? limit.replace('be', 'have') : limit;
  return [document.problemAt(path, `${verb}${unit}`)];
};

/** One zod issue as problems in the words of somebody who edits the file. */
const problemOf = (document: SourceDocument, base: Path, issue: Issue): Problem[] => {
  const path = pathOf(base, issue);
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => document.problemAtKey(path, inner.message));
  }
  if (issue.code !== 'unrecognized_keys' && issue.message !== noWords) {
    const meant: unknown = issue.code === 'custom' ? issue.params?.['suggestion'] : undefined;
    return [document.problemAt(path, issue.message, typeof meant === 'string' ? meant : undefined)];
  }
  const made = [unknownKeys, badValue, badType, badUnion, sizeOf].flatMap((make) =>
    make(document, path, issue),
  );
  return made.length > 0 ? made : [document.problemAt(path, `is not valid (${issue.code})`)];
};

/** Checks a document; the schema's own words, where it has some, go before ours. */
export const checkDocument = <S extends z.ZodType>(
  document: SourceDocument,
  schema: S,
): { readonly data: z.output<S> | null; readonly problems: readonly Problem[] } => {
  const checked = schema.safeParse(document.value, { error: () => noWords });
  if (checked.success) return { data: checked.data, problems: [] };
  const problems = checked.error.issues.flatMap((issue) => problemOf(document, [], issue));
  return { data: null, problems };
};
