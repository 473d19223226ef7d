import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicySource } from '@stepgate/assessment';
import type { PoliciesResponse } from '@stepgate/contracts';
import type { Policy } from '@stepgate/engine';
import {
  createPolicySet,
  isPolicyFileName,
  parsePolicySet,
  type FileProblem,
  type ParsedPolicySet,
} from '@stepgate/policy';

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

const readFiles = async (directory: string): Promise<ParsedPolicySet> => {
  const names = (await readdir(directory)).filter(isPolicyFileName);
  return parsePolicySet(
    await Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(directory, name), 'utf8');
        return { name, text, version: `sha256:${hash('sha256', text, 'hex')}` };
      }),
    ),
  );
};

/** What cannot be read is a problem of the newest files like any other; it never ends the process. */
const readPolicies = async (directory: string): Promise<ParsedPolicySet> =>
  readFiles(directory).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'problems', problems: [{ file: '', line: 1, column: 1, path: '', message }] };
  });

const explainProblems = (directory: string, problems: readonly FileProblem[]): string =>
  [
    `The policies in ${directory} cannot be used:`,
    ...problems.map(
      ({ file, line, column, message }) => `  ${file}:${String(line)}:${String(column)} ${message}`,
    ),
  ].join('\n');

/** @throws when there is no good set to begin with: an engine without a policy must not start. */
export const loadPolicyDirectory = async (directory: string): Promise<PolicyDirectory> => {
  const first = await readPolicies(directory);
  if (first.kind === 'problems') throw new Error(explainProblems(directory, first.problems));
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
      if (newest.kind === 'problems') {
        problems = newest.problems.map(({ file, line, column, message }) => ({
          file,
          line,
          column,
          message,
        }));
        return false;
      }
      problems = [];
      policies = newest.policies;
      set = createPolicySet(policies);
      return true;
    },
  };
};
