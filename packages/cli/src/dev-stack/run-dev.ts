import { join } from 'node:path';
import { repositoryRoot, startDevStack } from './dev-stack.js';

const untilSignal = (): Promise<null> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve(null);
      });
    }
  });

/** The stack in the foreground. @returns false when a part of it ended by itself. */
export const runDev = async (print: (line: string) => void): Promise<boolean> => {
  const signalled = untilSignal();
  const stack = await startDevStack({
    directory: join(repositoryRoot, '.stepgate'),
    temporary: false,
    wellKnownPorts: true,
    onLine: (service, line) => {
      print(`[${service}] ${line}`);
    },
  });
  for (const [name, value] of Object.entries(stack.addresses))
    print(`${name.padEnd(15)} ${String(value)}`);
  print(`Redis is ${stack.redis.description}. Ctrl-C stops all of it.`);
  const crash = await Promise.race([signalled, stack.crashed]);
  if (crash !== null) print(crash);
  await stack.stop();
  return crash === null;
};
