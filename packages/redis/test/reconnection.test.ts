import {
  askRedis,
  startFakeSentinel,
  startRedisServer,
  type FakeSentinel,
  type RedisServer,
} from '@stepgate/testing';
import { createRedisConnection, type RedisConnection } from '../src/index.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(60_000);

describe('a failover that is announced while the connection asks for the new primary', () => {
  let redis: RedisServer;
  let sentinel: FakeSentinel;
  let connection: RedisConnection;
  beforeEach(async () => {
    redis = await startRedisServer();
    sentinel = await startFakeSentinel(redis.port);
    connection = createRedisConnection({
      url: 'redis://127.0.0.1:1',
      sentinels: {
        addresses: [{ host: '127.0.0.1', port: sentinel.port }],
        primary: 'mymaster',
      },
    });
    expect(await connection.waitUntilUp(10_000)).toBe(true);
  });
  afterEach(async () => {
    connection.close();
    await sentinel.close();
    await redis.stop();
  });

  it('does not end it for good', async () => {
    const askedBefore = sentinel.asked();
    sentinel.announceBeforeAnswers();
    await askRedis(redis.port, (client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal'));
    await waitFor('it has asked', () => sentinel.asked() > askedBefore);
    await waitFor('it is back', () => connection.isUp());
  });
});

describe('a server that does not tell its time at first', () => {
  it('is used as soon as it does, though no call has failed meanwhile', async () => {
    const redis = await startRedisServer();
    let refusals = 0;
    const failed = ({ message }: Error): void => {
      if (message.includes('NOPERM')) refusals += 1;
    };
    const connection = createRedisConnection({ url: redis.url, observer: { failed } });
    const forUser = (...rule: string[]): Promise<unknown> =>
      askRedis(redis.port, (client) => client.call('ACL', 'SETUSER', 'default', ...rule));
    try {
      expect(await connection.waitUntilUp(10_000)).toBe(true);
      await forUser('-time');
      await askRedis(redis.port, (client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal'));
      await waitFor('it was refused', () => refusals > 0);
      expect(connection.isUp()).toBe(false);
      await forUser('+time');
      await waitFor('it is back', () => connection.isUp());
    } finally {
      connection.close();
      await redis.stop();
    }
  });
});
