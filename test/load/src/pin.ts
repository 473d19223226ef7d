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

/** In front of a command, binds it to one core where the system can: server and load must not share one. */
export const onCore = (core: number): readonly string[] =>
  pinned ? [taskset, '-c', String(core)] : [];
