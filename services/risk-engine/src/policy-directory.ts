import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicySource } from '@stepgate/assessment';
import type { PoliciesResponse } from '@stepgate/contracts';
import type { Policy } from '@stepgate/engine';
import { createPolicySet, lintPolicySet, parsePolicy } from '@stepgate/policy';

export interface PolicyDirectory extends PolicySource {
  /** In force, in the order in which they are tried. */
  inForce(): readonly Policy[];
  /** What is wrong with the newest files; empty when they are the ones in force. */
  problems(): PoliciesResponse['problems'];
  /**
   * Reads all files again. All of them are good and replace the policies in one step, or none does.
   *
   * @returns whether the newest files are in force.
   */
  reload(): Promise<boolean>;
}

type Problems = PoliciesResponse['problems'];
type Loaded = { readonly policies: readonly Policy[] } | { readonly problems: Problems };

/** `workforce.test.yaml` holds the golden cases of `workforce.yaml`. */
const isPolicyFile = (name: string): boolean =>
  /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name) && !name.startsWith('.');

const readPolicies = async (directory: string): Promise<Loaded> => {
  const names = (await readdir(directory)).filter(isPolicyFile).sort();
  const policies: Policy[] = [];
  const problems: Problems = [];
  for (const file of names) {
    const text = await readFile(join(directory, file), 'utf8');
    const parsed = parsePolicy(text, { file, version: `sha256:${hash('sha256', text, 'hex')}` });
    if (parsed.kind === 'policy') policies.push(parsed.policy);
    else problems.push(...parsed.problems.map(({ line, column, message }) => ({ file, line, column, message })));
  }
  if (problems.length === 0) problems.push(...lintPolicySet(policies).map(asProblem));
  return problems.length > 0 ? { problems } : { policies };
};

const asProblem = ({ message }: { readonly message: string }): Problems[number] => ({
  file: '',
  line: 1,
  column: 1,
  message,
});

const explainProblems = (directory: string, problems: Problems): string =>
  [
    `The policies in ${directory} cannot be used:`,
    ...problems.map(
      ({ file, line, column, message }) => `  ${file}:${String(line)}:${String(column)} ${message}`,
    ),
  ].join('\n');

/** @throws when there is no good set to begin with: an engine without a policy must not start. */
export const loadPolicyDirectory = async (directory: string): Promise<PolicyDirectory> => {
  const first = await readPolicies(directory);
  if ('problems' in first) throw new Error(explainProblems(directory, first.problems));
  let { policies } = first;
  let set = createPolicySet(policies);
  let problems: Problems = [];
  return {
    policyFor: (question) => set.policyFor(question),
    byName: (name) => set.byName(name),
    inForce: () => policies,
    problems: () => problems,
    reload: async () => {
      const newest = await readPolicies(directory);
      if ('problems' in newest) {
        problems = newest.problems;
        return false;
      }
      problems = [];
      policies = newest.policies;
      set = createPolicySet(policies);
      return true;
    },
  };
};
