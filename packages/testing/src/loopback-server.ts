import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface LoopbackServer {
  readonly port: number;
  /** Cuts whoever is connected. */
  close(): Promise<void>;
}

/** A server of raw sockets on a free port of loopback. */
export const startLoopbackServer = async (
  serve: (socket: Socket) => void,
): Promise<LoopbackServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
