import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApiKey, freePort, startProcess, waitUntil, type OwnProcess } from '@stepgate/cli';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readyWithinMs = 30_000;

/** What several engines of one deployment share. */
export interface Deployment {
  readonly redisUrl: string;
  readonly secret: string;
  readonly apiKey: string;
  /** Of further callers of the same tenant; `keys` says how many. */
  readonly otherKeys: readonly string[];
  readonly keysFile: string;
  readonly policyDir: string;
  remove(): Promise<void>;
}

export interface EngineProcess {
  readonly url: string;
  readonly pid: number;
  readonly process: OwnProcess;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly mode?: 'production' | 'dev';
  /** In front of `node`, e.g. to bind the process to a core. */
  readonly launcher?: readonly string[];
  /** For node, before the script. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly quiet?: boolean;
  /** Called for each line on either output. */
  readonly onLine?: (line: string) => void;
  /** What it must be before it is handed over; ready unless given. */
  readonly until?: 'ready' | 'alive';
}

/** A secret and an API key of its own, so that nothing is shared with other tests on one Redis. */
export const createDeployment = async (
  redisUrl: string,
  policyDir = join(root, 'infra/policies'),
  { keys = 1 } = {},
): Promise<Deployment> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-deployment-'));
  const keysFile = join(directory, 'keys.json');
  const scopes = ['decide', 'events', 'read', 'admin'];
  const created = Array.from({ length: keys }, (_, n) =>
    createApiKey(`test-${String(n)}`, { tenant: 'test', scopes }),
  );
  await writeFile(keysFile, JSON.stringify({ keys: created.map(({ entry }) => entry) }));
  const [apiKey = '', ...otherKeys] = created.map(({ key }) => key);
  return {
    redisUrl,
    secret: randomBytes(32).toString('base64url'),
    apiKey,
    otherKeys,
    keysFile,
    policyDir,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
};

const isUp = (url: string, until: 'ready' | 'alive'): Promise<boolean> =>
  fetch(`${url}/${until === 'ready' ? 'readyz' : 'healthz'}`).then(
    (response) => response.ok,
    () => false,
  );

/** The built service as a process of its own. */
export const startEngineProcess = async (
  deployment: Deployment,
  options: EngineOptions = {},
): Promise<EngineProcess> => {
  const { mode = 'production', launcher = [], nodeOptions = [], env = {} } = options;
  const port = await freePort();
  const entry = join(root, 'services/risk-engine/dist/main.js');
  const [command, ...args] = [...launcher, process.execPath, ...nodeOptions, entry];
  const child = startProcess({
    name: 'risk-engine',
    command,
    args,
    quiet: options.quiet ?? false,
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
    env: {
      NODE_ENV: 'production',
      STEPGATE_MODE: mode,
      STEPGATE_PORT: String(port),
      STEPGATE_REDIS_URL: deployment.redisUrl,
      STEPGATE_SECRET: deployment.secret,
      STEPGATE_KEYS_FILE: deployment.keysFile,
      STEPGATE_POLICY_DIR: deployment.policyDir,
      STEPGATE_STATE_INIT: 'empty',
      // Nobody else calls it: a test that stops an engine is done with it.
      STEPGATE_GOODBYE_MS: '0',
      STEPGATE_REPUTATION_DIR: join(root, 'infra/reputation'),
      ...env,
    },
  });
  const url = `http://127.0.0.1:${String(port)}`;
  await waitUntil(
    async () => {
      if (child.exitCode() !== null) throw new Error(`risk-engine ended:\n${child.lastOutput()}`);
      return isUp(url, options.until ?? 'ready');
    },
    {
      timeoutMs: readyWithinMs,
      what: () => `risk-engine did not become ready:\n${child.lastOutput()}`,
    },
  );
  return { url, pid: child.pid, process: child, stop: child.stop };
};
