import { randomBytes } from 'node:crypto';
import { createRedisConnection, createRedisState, initialiseState } from '../src/index.js';
import { startEmbeddedServer } from './embedded-server.js';
import { runMainFlow } from './main-flow.js';
import { testRedisUrl } from './redis-fixture.js';

jest.setTimeout(60_000);

const runAgainst = async (url: string, times: number): Promise<void> => {
  const connection = createRedisConnection({ url, commandTimeoutMs: 10_000 });
  try {
    expect(await connection.waitUntilUp(15_000)).toBe(true);
    const secret = randomBytes(32);
    await initialiseState({ connection, secret });
    const state = createRedisState({ connection, secret });
    for (let n = 0; n < times; n += 1) await runMainFlow(state);
  } finally {
    connection.close();
  }
};

describe('the main flow', () => {
  it('runs on a Redis server', () => runAgainst(testRedisUrl(), 3));

  it('runs on the embedded server of the demo', async () => {
    const server = await startEmbeddedServer();
    try {
      await runAgainst(server.url, 1);
    } finally {
      await server.stop();
    }
  });
});
