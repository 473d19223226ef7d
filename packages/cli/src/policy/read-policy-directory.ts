import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPolicyFileName, type PolicyFile } from '@stepgate/policy';

export interface PolicyDirectoryFiles {
  readonly policies: readonly PolicyFile[];
  /** Golden cases, by file name. */
  readonly tests: readonly { readonly name: string; readonly text: string }[];
}

/** @throws when the directory or a file in it cannot be read. */
export const readPolicyDirectory = async (directory: string): Promise<PolicyDirectoryFiles> => {
  const names = (await readdir(directory)).sort();
  const read = async (name: string) => ({
    name,
    text: await readFile(join(directory, name), 'utf8'),
  });
  const policies = await Promise.all(names.filter(isPolicyFileName).map(read));
  return {
    policies: policies.map(({ name, text }) => ({
      name,
      text,
      version: `sha256:${hash('sha256', text, 'hex')}`,
    })),
    tests: await Promise.all(names.filter((name) => /\.test\.ya?ml$/.test(name)).map(read)),
  };
};
