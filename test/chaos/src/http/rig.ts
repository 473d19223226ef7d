import type { OwnProcess } from '@stepgate/cli';
import {
  createDeployment,
  startEngineProcess,
  startRedisServer,
  type Deployment,
  type EngineOptions,
  type EngineProcess,
} from '@stepgate/testing';
import { killAtExit } from './own-children.js';

/** Engines of one deployment on a Redis of their own, and all that they print. */
export interface Rig {
  readonly deployment: Deployment;
  readonly engine: EngineProcess;
  /** Every line on either output, of every process of the rig. */
  readonly output: readonly string[];
  readonly keep: (line: string) => void;
  /** One more engine of the same deployment. */
  startEngine(options?: EngineOptions): Promise<EngineProcess>;
  /** Stopped with the rest. */
  adopt(child: OwnProcess): OwnProcess;
}

export interface RigOptions extends EngineOptions {
  readonly policyDir?: string;
  /** API keys of one tenant. */
  readonly keys?: number;
}

const createChildren = () => {
  const releases: (() => Promise<void>)[] = [];
  const adopt = (child: OwnProcess): OwnProcess => {
    const release = killAtExit(() => {
      if (child.exitCode() === null && child.pid > 0) process.kill(child.pid, 'SIGKILL');
    });
    releases.push(async () => {
      await child.stop();
      release();
    });
    return child;
  };
  return { adopt, stopAll: () => Promise.all(releases.map((stop) => stop())) };
};

/** Whatever `use` does, nothing of the rig is left running after it. */
export const withRig = async <Result>(
  { policyDir, keys = 1, ...options }: RigOptions,
  use: (rig: Rig) => Promise<Result>,
): Promise<Result> => {
  const redis = await startRedisServer({ args: ['--appendonly', 'yes'] });
  const release = killAtExit(() => void redis.stop());
  const deployment = await createDeployment(redis.url, policyDir, { keys });
  const output: string[] = [];
  const keep = (line: string): void => void output.push(line);
  const { adopt, stopAll } = createChildren();
  const startEngine = async (further: EngineOptions = {}): Promise<EngineProcess> => {
    const engine = await startEngineProcess(deployment, { ...options, ...further, onLine: keep });
    adopt(engine.process);
    return engine;
  };
  try {
    const engine = await startEngine();
    return await use({ deployment, engine, output, keep, startEngine, adopt });
  } finally {
    await stopAll();
    await redis.stop();
    release();
    await deployment.remove();
  }
};
