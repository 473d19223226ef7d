import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';

const taskset = '/usr/bin/taskset';

const canPin = (): boolean => {
  try {
    accessSync(taskset, constants.X_OK);
    return availableParallelism() > 1;
  } catch {
    return false;
  }
};

export const pinned = canPin();

/** A command bound to one core, where the system can: server and load must not share one. */
export const onCore = (
  core: number,
  [command, ...args]: readonly [string, ...string[]],
): { readonly command: string; readonly args: readonly string[] } =>
  pinned
    ? { command: taskset, args: ['-c', String(core), command, ...args] }
    : { command, args };
