import { askRedis, startReplicated, type Replicated } from '@stepgate/testing';
import type { RedisConnection, RedisState } from '../src/index.js';
import { attemptOf } from './load.js';
import { runMainFlow } from './main-flow.js';
import { subject } from './requests.js';
import { openState } from './topology-connection.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(90_000);

describe('a primary that sentinels name', () => {
  let redis: Replicated;
  let connection: RedisConnection;
  let state: RedisState;
  beforeEach(async () => {
    redis = await startReplicated({ sentinels: 3 });
    const addresses = redis.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
    ({ connection, state } = await openState({
      // Where the primary is, only the sentinels know.
      url: 'redis://127.0.0.1:1',
      sentinels: { addresses, primary: redis.primaryName },
      commandTimeoutMs: 500,
    }));
    await redis.waitForReplica();
  });
  afterEach(async () => {
    connection.close();
    redis.primary.thaw();
    await redis.stop();
  });

  let asked = 0;
  const isAnswered = (): Promise<boolean> => {
    asked += 1;
    return state.attempts.admitAttempt(attemptOf(subject(), `after ${String(asked)}`)).then(
      () => true,
      () => false,
    );
  };
  const hasTakenOver = async (): Promise<boolean> =>
    (await redis.currentPrimaryPort()) === redis.replica.port;
  const written = (port: number): Promise<number> => askRedis(port, (client) => client.dbsize());

  it('takes the whole flow of decisions and events', async () => {
    await runMainFlow(state);
  });

  it('is found again after it was killed: the replica takes over, and decisions come back', async () => {
    const before = await written(redis.primary.port);
    await waitFor('the replica has it all', async () => {
      return (await written(redis.replica.port)) === before;
    });
    await redis.primary.kill();
    const killedAt = performance.now();
    expect(await isAnswered()).toBe(false);
    await waitFor('a decision', isAnswered, 30_000);
    process.stdout.write(
      `primary killed: decisions again after ${(performance.now() - killedAt).toFixed(0)} ms\n`,
    );
    await waitFor('the sentinels agree', hasTakenOver);
    expect(await written(redis.replica.port)).toBeGreaterThan(before);
  });

  it('is left when it was demoted: a write that it refuses counts as no answer, and is not believed', async () => {
    expect(await isAnswered()).toBe(true);
    // By hand, as in a maintenance: connections stay, and sentinels have not noticed yet.
    const { port } = redis.replica;
    await askRedis(redis.primary.port, (client) => client.replicaof('127.0.0.1', port));
    expect(await isAnswered()).toBe(false);
    await waitFor('it is left', () => !connection.isUp());
    await askRedis(port, (client) => client.replicaof('NO', 'ONE'));
    await waitFor('a decision', isAnswered, 30_000);
  });

  it('is left when it is frozen, and what it says once thawed is not believed', async () => {
    redis.primary.freeze();
    await waitFor('a decision by the new primary', isAnswered, 30_000);
    await waitFor('the sentinels agree', hasTakenOver);
    redis.primary.thaw();
    const before = await written(redis.replica.port);
    expect(await isAnswered()).toBe(true);
    expect(await written(redis.replica.port)).toBeGreaterThan(before);
  });
});
