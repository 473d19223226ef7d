import { waitUntil, type OwnProcess } from '@stepgate/cli';

/** `kill -9`; resolves when it is gone. */
export const killProcess = async (child: OwnProcess): Promise<void> => {
  process.kill(child.pid, 'SIGKILL');
  await waitUntil(() => child.exitCode() !== null, {
    timeoutMs: 10_000,
    what: () => `${child.name} does not end`,
  });
};
