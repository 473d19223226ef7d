import { parsePolicySet, type FileProblem } from '@stepgate/policy';
import { readPolicyDirectory } from './read-policy-directory.js';

export const problemLine = ({ file, line, column, message, suggestion }: FileProblem): string => {
  const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
  return `${file}:${String(line)}:${String(column)} ${message}${hint}`;
};

/** Prints each problem of a directory's policies. @returns whether there was none. */
export const lintPolicies = async (
  directory: string,
  print: (line: string) => void,
): Promise<boolean> => {
  const { policies } = await readPolicyDirectory(directory);
  const parsed = parsePolicySet(policies);
  if (parsed.kind === 'problems') {
    for (const problem of parsed.problems) print(problemLine(problem));
    return false;
  }
  for (const { name, version } of parsed.policies) print(`${name} ${version}`);
  return true;
};
