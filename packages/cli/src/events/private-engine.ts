import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnRedis } from '../dev-stack/dev-redis.js';
import { makeDevSecrets, type DevSecrets } from '../dev-stack/dev-secrets.js';
import { repositoryRoot } from '../dev-stack/dev-stack.js';
import { freePort } from '../dev-stack/free-port.js';
import { startProcess, type OwnProcess } from '../dev-stack/own-process.js';
import { engineEnvironment } from '../dev-stack/service-environments.js';
import { waitUntil } from '../dev-stack/wait-until.js';
import type { EngineAddress } from './engine-call.js';
import { ReplayProblem } from './replay-problem.js';

export interface PrivateEngine {
  readonly address: EngineAddress;
  stop(): Promise<void>;
}

const readyTimeoutMs = 30_000;

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );

const waitForEngine = async (
  engine: OwnProcess,
  url: string,
  signal: AbortSignal,
): Promise<void> => {
  await waitUntil(
    () => {
      signal.throwIfAborted();
      if (engine.exitCode() !== null) {
        throw new ReplayProblem(`The engine did not start:\n${engine.lastOutput()}`);
      }
      return isReady(url);
    },
    {
      timeoutMs: readyTimeoutMs,
      what: () => `The engine did not become ready:\n${engine.lastOutput()}`,
    },
  );
};

interface Wiring {
  readonly directory: string;
  readonly secrets: DevSecrets;
  readonly environment: Readonly<Record<string, string>>;
}

const startEngine = async (
  { directory, secrets, environment }: Wiring,
  redis: { readonly url: string; readonly embedded: boolean },
): Promise<{ readonly engine: OwnProcess; readonly url: string }> => {
  const url = `http://127.0.0.1:${String(await freePort())}`;
  const { name, entry, env } = engineEnvironment({
    root: repositoryRoot,
    address: url,
    redis,
    secrets,
  });
  const engine = startProcess({
    name,
    command: process.execPath,
    args: [join(repositoryRoot, entry)],
    env: { ...env, ...environment },
    cwd: directory,
  });
  return { engine, url };
};

/**
 * An engine in dev mode on loopback with a Redis of its own, for one replay. Never the Redis that the
 * environment names: a replay is not to raise alerts of March in a deployment of today.
 *
 * @param environment variables of the engine; else those of the dev stack, with the shipped policies.
 * @throws ReplayProblem when the engine refuses to start, for instance over a policy.
 */
export const startPrivateEngine = async (
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<PrivateEngine> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-replay-'));
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const each of started.toReversed()) await each.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const secrets = await makeDevSecrets(join(directory, 'secrets'));
    const redis = await startOwnRedis(join(directory, 'redis'));
    started.push(redis);
    const { engine, url } = await startEngine({ directory, secrets, environment }, redis);
    started.push(engine);
    await waitForEngine(engine, url, signal);
    return { address: { url, key: secrets.apiKey }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
