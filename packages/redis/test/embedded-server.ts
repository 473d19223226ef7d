import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { freePort } from '@stepgate/testing';

const require = createRequire(import.meta.url);

/** js-redis-server in a process of its own, as the demo runs it: its Lua cannot be loaded by Jest. */
export const startEmbeddedServer = async (): Promise<{
  url: string;
  stop: () => Promise<void>;
}> => {
  const port = await freePort();
  const library = require.resolve('js-redis-server');
  const program = `require(${JSON.stringify(library)}).createRedisServer({ port: ${String(port)} })`;
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
};
