import { fileURLToPath } from 'node:url';
import { freePort, startProcess, waitUntil } from '@stepgate/cli';
import { startEngineProcess, type Deployment } from '@stepgate/testing';
import { onCore } from './pin.js';

export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const serverCore = 0;
/** As the image starts its services; the bare apps get the same. */
const nodeOptions = ['--max-semi-space-size=32'];

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );

export const startBareApp = async (
  variant: 'tuned' | 'stock',
  redisUrl: string,
): Promise<Contestant> => {
  const port = await freePort();
  const entry = fileURLToPath(new URL('./bare-app.js', import.meta.url));
  const [command = process.execPath, ...args] = [
    ...onCore(serverCore),
    ...[process.execPath, ...nodeOptions, entry, String(port), redisUrl, variant],
  ];
  const server = startProcess({ name: variant, command, args, env: { NODE_ENV: 'production' } });
  const url = `http://127.0.0.1:${String(port)}`;
  await waitUntil(() => isReady(url), {
    timeoutMs: 30_000,
    what: () => `the bare app did not come up:\n${server.lastOutput()}`,
  });
  // taskset replaces itself by the command, so the pid is the server's own.
  return { name: `bare ${variant}`, url, pid: server.pid, stop: server.stop };
};

/** The service as it is shipped: production mode, shipped policies and lists. */
export const startEngine = async (deployment: Deployment): Promise<Contestant> => {
  const engine = await startEngineProcess(deployment, {
    launcher: onCore(serverCore),
    nodeOptions,
    quiet: true,
  });
  return { name: 'stepgate', ...engine };
};
