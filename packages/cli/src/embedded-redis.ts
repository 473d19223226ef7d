import { Server } from 'node:net';
import { createRedisServer } from 'js-redis-server';

/**
 * Entry of the embedded Redis: JavaScript, in memory, a process of its own. Refused in production: a
 * lock that a restart lifts is no lock.
 */
if (process.env['NODE_ENV'] === 'production') {
  throw new Error(
    'The embedded Redis is for demos; production needs redis-server or valkey-server.',
  );
}

// The package cannot be told an address and would listen on every interface.
const listen: (options: { port: number; host: string }) => Server = Reflect.get(
  Server.prototype,
  'listen',
);
Reflect.set(Server.prototype, 'listen', function onLoopback(this: Server, port: number): Server {
  return Reflect.apply(listen, this, [{ port, host: '127.0.0.1' }]);
});

await createRedisServer({ port: Number(process.argv[2]) });
