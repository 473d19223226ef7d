import { writeFile } from 'node:fs/promises';
import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startProcess, waitUntil, type OwnProcess } from '@stepgate/cli';
import { onCore } from './pin.js';

export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const serverCore = 0;

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );

const startContestant = async (
  name: string,
  { args, env, port }: { args: readonly string[]; env: Record<string, string>; port: number },
): Promise<Contestant> => {
  const server: OwnProcess = startProcess({
    name,
    ...onCore(serverCore, [process.execPath, ...args]),
    env: { NODE_ENV: 'production', ...env },
  });
  const url = `http://127.0.0.1:${String(port)}`;
  await waitUntil(() => isReady(url), {
    timeoutMs: 30_000,
    what: () => `${name} did not come up:\n${server.lastOutput()}`,
  });
  // taskset replaces itself by the command, so the pid is the server's own.
  return { name, url, pid: server.pid, stop: server.stop };
};

export const startBareApp = async (
  variant: 'tuned' | 'stock',
  redisUrl: string,
): Promise<Contestant> => {
  const port = await freePort();
  const entry = fileURLToPath(new URL('./bare-app.js', import.meta.url));
  return startContestant(`bare ${variant}`, {
    args: [entry, String(port), redisUrl, variant],
    env: {},
    port,
  });
};

/** The service as it is shipped: production mode, shipped policies and lists. */
export const startEngine = async (
  root: string,
  { redisUrl, apiKey, directory }: { redisUrl: string; apiKey: string; directory: string },
): Promise<Contestant> => {
  const port = await freePort();
  const keysFile = join(directory, 'keys.json');
  const key = { id: 'bench', tenant: 'bench', scopes: ['decide', 'events'] };
  await writeFile(
    keysFile,
    JSON.stringify({ keys: [{ ...key, sha256: hash('sha256', apiKey, 'hex') }] }),
  );
  return startContestant('stepgate', {
    args: [join(root, 'services/risk-engine/dist/main.js')],
    port,
    env: {
      STEPGATE_PORT: String(port),
      STEPGATE_REDIS_URL: redisUrl,
      STEPGATE_SECRET: randomBytes(32).toString('base64url'),
      STEPGATE_KEYS_FILE: keysFile,
      STEPGATE_POLICY_DIR: join(root, 'infra/policies'),
      STEPGATE_REPUTATION_DIR: join(root, 'infra/reputation'),
    },
  });
};
