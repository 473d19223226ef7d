import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createApi,
  createDeployment,
  startEngineProcess,
  startRedisServer,
  startTcpProxy,
  type Api,
  type Deployment,
  type EngineOptions,
  type EngineProcess,
  type RedisServer,
  type RedisServerOptions,
  type TcpProxy,
} from '@stepgate/testing';
import { killAtExit } from '../http/own-children.js';

/** What a scenario has started; all of it ends with the scenario, in the reverse order. */
export interface Stage {
  /** With an append-only file, as shipped, unless told otherwise. */
  redis(options?: RedisServerOptions): Promise<RedisServer>;
  /** Before a server on loopback. */
  proxy(port: number): Promise<TcpProxy>;
  /** Policies by the name of their file, as YAML. */
  policies(texts: Readonly<Record<string, string>>): Promise<string>;
  deployment(redisUrl: string, policyDir?: string): Promise<Deployment>;
  engine(deployment: Deployment, options?: EngineOptions): Promise<EngineProcess>;
  api(engine: EngineProcess, deployment: Deployment): Api;
  /** Of what the scenario starts itself. */
  atEnd(end: () => unknown): void;
}

/** The rate of a caller is not what is judged here; a first start finds an empty database. */
const engineEnv = { STEPGATE_CALLER_MAX_PER_SECOND: '1000000', STEPGATE_STATE_INIT: 'empty' };

const startEngine = async (
  deployment: Deployment,
  options: EngineOptions,
  atEnd: Stage['atEnd'],
): Promise<EngineProcess> => {
  const env = { ...engineEnv, ...options.env };
  const engine = await startEngineProcess(deployment, { quiet: true, ...options, env });
  const release = killAtExit(() => {
    if (engine.process.exitCode() === null) process.kill(engine.pid, 'SIGKILL');
  });
  atEnd(async () => {
    await engine.stop();
    release();
  });
  return engine;
};

const writePolicies = async (
  texts: Readonly<Record<string, string>>,
  atEnd: Stage['atEnd'],
): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-chaos-'));
  atEnd(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(texts))
    await writeFile(join(directory, `${name}.yaml`), text);
  return directory;
};

const createStage = (atEnd: Stage['atEnd']): Stage => ({
  atEnd,
  redis: async (options = {}) => {
    const server = await startRedisServer({ persistent: true, ...options });
    const release = killAtExit(() => void server.stop());
    atEnd(async () => {
      await server.stop();
      release();
    });
    return server;
  },
  proxy: async (port) => {
    const proxy = await startTcpProxy({ host: '127.0.0.1', port });
    atEnd(() => proxy.close());
    return proxy;
  },
  policies: (texts) => writePolicies(texts, atEnd),
  deployment: async (redisUrl, policyDir) => {
    const deployment = await createDeployment(redisUrl, policyDir);
    atEnd(() => deployment.remove());
    return deployment;
  },
  engine: (deployment, options = {}) => startEngine(deployment, options, atEnd),
  api: (engine, { apiKey }) => {
    const api = createApi(engine.url, apiKey);
    atEnd(() => {
      api.close();
    });
    return api;
  },
});

/** Whatever `play` does, nothing that was started on the stage is left running after it. */
export const onStage = async <T>(play: (stage: Stage) => Promise<T>): Promise<T> => {
  const ends: (() => unknown)[] = [];
  try {
    return await play(createStage((end) => void ends.push(end)));
  } finally {
    for (const end of ends.reverse()) await end();
  }
};
