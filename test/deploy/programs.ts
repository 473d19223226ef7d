import { spawnSync } from 'node:child_process';
import { repositoryRoot } from './repository.js';

export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly stdout: string;
}

export const run = (program: string, args: readonly string[], cwd = repositoryRoot): Ran => {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 32 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return { code: status, stdout, output: stdout + stderr };
};

export const isInstalled = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** `describe` where the program is installed; elsewhere skipped, with the reason in the report. */
export const describeWith = (
  program: 'kubectl' | 'promtool' | 'redis-server',
  name: string,
  body: () => void,
): void => {
  if (isInstalled(program)) describe(name, body);
  else describe.skip(`${name} (skipped: ${program} is not installed)`, body);
};
