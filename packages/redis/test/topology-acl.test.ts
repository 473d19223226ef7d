import { createSecretFiles } from '../../../scripts/deploy/secret-files.js';
import { startShippedRedis } from '../../../test/deploy/redis-server.js';
import { createRedisDurability } from '../src/index.js';
import { runMainFlow } from './main-flow.js';
import { openState } from './topology-connection.js';
import { waitFor } from './wait-for.js';

jest.setTimeout(60_000);

describe('the user of Redis that is shipped', () => {
  it('may do all that every script and command needs, and wait for replicas', async () => {
    const { redis_acl: acl = '', redis_url: made = '' } = createSecretFiles('test');
    const redis = await startShippedRedis(acl);
    const url = made.replace('@redis:6379', `@127.0.0.1:${String(redis.port)}`);
    const secret = Buffer.from('a secret of the test, long enough for it');
    const { connection, state } = await openState({ url, commandTimeoutMs: 10_000 }, secret);
    const durability = createRedisDurability({
      url,
      secret,
      serverId: connection.serverId,
      expectedReplicas: () => 0,
    });
    try {
      await runMainFlow(state);
      // Asks INFO, which says whether it is in the append-only file.
      await waitFor('all is kept', () => durability.secured(2_000));
    } finally {
      durability.close();
      connection.close();
      await redis.stop();
    }
  });
});
