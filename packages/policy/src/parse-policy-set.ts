import type { Policy } from '@stepgate/engine';
import { parsePolicy } from './parse-policy.js';
import { lintPolicySet } from './policy-set.js';
import type { Problem } from './problem.js';

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
  /** `sha256:` of the text. */
  readonly version: string;
}

export interface FileProblem extends Problem {
  readonly file: string;
}

export type ParsedPolicySet =
  | { readonly kind: 'policies'; readonly policies: readonly Policy[] }
  | { readonly kind: 'problems'; readonly problems: readonly FileProblem[] };

/** Whether a file of a policy directory is a policy: `NAME.test.yaml` holds the golden cases of one. */
export const isPolicyFileName = (name: string): boolean =>
  /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name) && !name.startsWith('.');

const setProblems = (
  files: readonly PolicyFile[],
  policies: readonly Policy[],
): readonly FileProblem[] =>
  lintPolicySet(policies).map(({ policy, message }) => {
    // The later of two is the one that is too many.
    const index = policies.findLastIndex(({ name }) => name === policy);
    return { file: files[index]?.name ?? '', line: 1, column: 1, path: 'policy', message };
  });

/**
 * The policies of one directory, in order of their file names, or everything that is wrong with
 * them, each by itself and together.
 */
export const parsePolicySet = (unordered: readonly PolicyFile[]): ParsedPolicySet => {
  const files = unordered.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const policies: Policy[] = [];
  const problems: FileProblem[] = [];
  for (const { name, text, version } of files) {
    const parsed = parsePolicy(text, { file: name, version });
    if (parsed.kind === 'policy') policies.push(parsed.policy);
    else problems.push(...parsed.problems.map((problem) => ({ ...problem, file: name })));
  }
  if (problems.length === 0) problems.push(...setProblems(files, policies));
  return problems.length === 0 ? { kind: 'policies', policies } : { kind: 'problems', problems };
};
