/** Something wrong in a YAML file. Line and column count from 1; `path` is `rules[0].when`. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  /** What is wrong, and how to put it right. */
  readonly message: string;
  /** The word that was probably meant. */
  readonly suggestion?: string;
}

/** Steps from the root of a document to a value. */
export type Path = readonly (string | number)[];

export const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');

const byPosition = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

export const sortedProblems = (problems: readonly Problem[]): readonly Problem[] =>
  [...problems].sort(byPosition);
