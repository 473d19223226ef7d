import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface TreeProcess {
  /** All it wrote to its standard streams so far. */
  output(): string;
  stop(): Promise<number>;
}

/** The image's user, when the test may become it; the tree is not that user's either way. */
const user = process.getuid?.() === 0 ? { uid: 65_532, gid: 65_532 } : {};

const spawnIn = (
  tree: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess =>
  spawn(process.execPath, [...args], {
    cwd: tree,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });

const collect = (child: ChildProcess): (() => string) => {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return () => output;
};

/** Starts a program of the tree as the container would: its user, its directory, no other variables. */
export const startInTree = (
  tree: string,
  program: string,
  env: Readonly<Record<string, string>>,
): TreeProcess => {
  const child = spawnIn(tree, [program], env);
  return {
    output: collect(child),
    stop: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode ?? -1;
    },
  };
};

export const runInTree = async (
  tree: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string }> => {
  const child = spawnIn(tree, args, env);
  const output = collect(child);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output: output() };
};

export const until = async (
  holds: () => boolean | Promise<boolean>,
  explain: () => string,
): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not happen in time:\n${explain()}`);
    await delay(50);
  }
};
