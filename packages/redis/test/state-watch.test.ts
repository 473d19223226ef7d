import { startRedisServer, type RedisServer } from '@stepgate/testing';
import { createRedisConnection, createStateWatch, type StateWatch } from '../src/index.js';
import { startEmbeddedServer } from './embedded-server.js';
import { openFixture, type Fixture } from './redis-fixture.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(60_000);

describe('how Redis is set up', () => {
  let server: RedisServer;
  let fixture: Fixture;
  let watch: StateWatch;
  beforeAll(async () => {
    server = await startRedisServer({ persistent: true });
    fixture = await openFixture({ url: server.url });
    watch = createStateWatch({ connection: fixture.connection, everyMs: 20 });
  });
  afterAll(async () => {
    watch.close();
    await fixture.close();
    await server.stop();
  });

  it('is read again and again, so that an eviction policy is noticed', async () => {
    await waitFor('the first look', () => watch.latest() !== null);
    expect(watch.latest()).toMatchObject({
      evictionPolicy: 'noeviction',
      appendOnlyFile: 'written',
    });
    await fixture.raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await waitFor('the policy', () => watch.latest()?.evictionPolicy === 'allkeys-lru');
    await fixture.raw.config('SET', 'maxmemory-policy', 'noeviction');
    await waitFor('the policy', () => watch.latest()?.evictionPolicy === 'noeviction');
  });

  it('shows when the append-only file is switched off', async () => {
    await fixture.raw.config('SET', 'appendonly', 'no');
    await waitFor('no file', () => watch.latest()?.appendOnlyFile === 'off');
    await fixture.raw.config('SET', 'appendonly', 'yes');
    await waitFor('a file', () => watch.latest()?.appendOnlyFile === 'written');
  });

  it('remembers that there was a replica', async () => {
    const replicaof = `127.0.0.1 ${String(server.port)}`;
    const replica = await startRedisServer({ args: ['--replicaof', replicaof] });
    await waitFor('a replica', () => watch.latest()?.replicas === 1);
    await replica.stop();
    await waitFor('none', () => watch.latest()?.replicas === 0);
    expect(watch.replicasSeen()).toBe(1);
  });

  it('can be asked by a user who may do little else', async () => {
    await fixture.raw.call(
      ...['ACL', 'SETUSER', 'narrow', 'on', '>narrow', '~*', '+@all', '-@admin', '-@dangerous'],
      '+info',
    );
    const url = server.url.replace('redis://', 'redis://narrow:narrow@');
    const connection = createRedisConnection({ url });
    await connection.waitUntilUp(5_000);
    const narrow = createStateWatch({ connection });
    await narrow.look();
    expect(narrow.latest()).toMatchObject({ evictionPolicy: 'noeviction' });
    await fixture.raw.call('ACL', 'SETUSER', 'narrow', '-info');
    await narrow.look();
    expect(narrow.latest()).toMatchObject({ evictionPolicy: null, appendOnlyFile: null });
    narrow.close();
    connection.close();
  });

  it('is bad in the embedded server of the demo', async () => {
    const embedded = await startEmbeddedServer();
    const connection = createRedisConnection({ url: embedded.url });
    await connection.waitUntilUp(10_000);
    const look = createStateWatch({ connection });
    await look.look();
    expect(look.latest()?.appendOnlyFile).not.toBe('written');
    look.close();
    connection.close();
    await embedded.stop();
  });
});
