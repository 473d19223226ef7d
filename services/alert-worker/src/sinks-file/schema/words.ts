import type { z } from 'zod';
import type { Path, Problem, SourceDocument } from '../document.js';

type Issue = z.core.$ZodIssue;

/** Stands for a message that no schema gave. */
const noWords = '';

const typeNames: Readonly<Record<string, string>> = {
  object: 'a block of keys',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** What stands there is not quoted: it may be a secret in the wrong place. */
const wrongType = ({ expected }: { readonly expected: string }): string =>
  `must be ${typeNames[expected] ?? expected}`;

const isList = (issue: Issue): boolean => 'origin' in issue && issue.origin === 'array';
const verb = (issue: Issue): string => (isList(issue) ? 'have' : 'be');

const amount = (issue: Issue, limit: number | bigint): string => {
  if (!isList(issue)) return String(limit);
  return `${String(limit)} ${Number(limit) === 1 ? 'entry' : 'entries'}`;
};

const bound = (issue: Issue): string => {
  if (issue.code === 'too_small')
    return `must ${verb(issue)} at least ${amount(issue, issue.minimum)}`;
  if (issue.code === 'too_big')
    return `must ${verb(issue)} at most ${amount(issue, issue.maximum)}`;
  return 'is not valid';
};

const codesOfNothing: readonly string[] = ['invalid_type', 'invalid_value', 'invalid_union'];

const wordsOf = (issue: Issue): string => {
  if (issue.input === undefined && codesOfNothing.includes(issue.code)) return 'is missing; add it';
  if (issue.message !== noWords) return issue.message;
  if (issue.code === 'invalid_type') return wrongType(issue);
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map(String).join(', ')}`;
  return bound(issue);
};

/** One issue of a schema in the words of somebody who edits the file. */
const problemsOf = (document: SourceDocument, base: Path, issue: Issue): readonly Problem[] => {
  const path = [
    ...base,
    ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
  ];
  if (issue.code !== 'unrecognized_keys') return [document.problemAt(path, wordsOf(issue))];
  return issue.keys.map((key) =>
    document.problemAtKey([...path, key], `unknown key; known here: ${issue.message}`),
  );
};

/** Checks a value of the document; the schema's own words, where it has some, go before ours. */
export const checkValue = <S extends z.ZodType>(
  { document, path, value }: ValueAt,
  schema: S,
): { readonly data: z.output<S> | null; readonly problems: readonly Problem[] } => {
  const checked = schema.safeParse(value, { error: () => noWords, reportInput: true });
  if (checked.success) return { data: checked.data, problems: [] };
  const problems = checked.error.issues.flatMap((issue) => problemsOf(document, path, issue));
  return { data: null, problems };
};

export interface ValueAt {
  readonly document: SourceDocument;
  readonly path: Path;
  readonly value: unknown;
}
