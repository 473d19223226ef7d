import { parsePolicySet, parsePolicyTests, runPolicyTests } from '@stepgate/policy';
import { problemLine } from './lint-policies.js';
import { readPolicyDirectory } from './read-policy-directory.js';

interface Tally {
  passed: number;
  failed: number;
}

/** Runs the golden cases of a directory. @returns whether all of them, and at least one, passed. */
export const testPolicies = async (
  directory: string,
  print: (line: string) => void,
): Promise<boolean> => {
  const files = await readPolicyDirectory(directory);
  const set = parsePolicySet(files.policies);
  if (set.kind === 'problems') {
    for (const problem of set.problems) print(problemLine(problem));
    return false;
  }
  const tally: Tally = { passed: 0, failed: 0 };
  const fail = (line: string): void => {
    tally.failed += 1;
    print(line);
  };
  for (const { name, text } of files.tests) {
    const parsed = parsePolicyTests(text);
    if (parsed.kind === 'problems') {
      for (const problem of parsed.problems) fail(problemLine({ ...problem, file: name }));
      continue;
    }
    const policy = set.policies.find((each) => each.name === parsed.tests.policy);
    if (policy === undefined) {
      fail(`${name}:1:1 is for the policy ${parsed.tests.policy}, which is not in ${directory}`);
      continue;
    }
    for (const result of runPolicyTests(policy, parsed.tests)) {
      if (result.passed) tally.passed += 1;
      else
        fail(`${name}:${String(result.line)} ${result.it}\n  ${result.differences.join('\n  ')}`);
    }
  }
  print(`policy tests: ${String(tally.passed)} passed, ${String(tally.failed)} failed`);
  return tally.failed === 0 && tally.passed > 0;
};
