import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicySource } from '@stepgate/assessment';
import { createPolicySet, isPolicyFileName, parsePolicySet } from '@stepgate/policy';

/** @throws when a policy of the directory is not good: then the engine would not start with it either. */
export const loadPolicies = async (directory: string): Promise<PolicySource> => {
  const names = (await readdir(directory)).filter(isPolicyFileName);
  const parsed = parsePolicySet(
    await Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(directory, name), 'utf8');
        return { name, text, version: `sha256:${hash('sha256', text, 'hex')}` };
      }),
    ),
  );
  if (parsed.kind === 'problems') {
    const lines = parsed.problems.map(
      ({ file, line, message }) => `${file}:${String(line)} ${message}`,
    );
    throw new Error(`The policies in ${directory} cannot be used:\n${lines.join('\n')}`);
  }
  return createPolicySet(parsed.policies);
};
