import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { respCommandAt } from './resp.js';

export interface RespServer {
  readonly port: number;
  /** Cuts whoever is connected. */
  close(): Promise<void>;
}

type Answerer = (socket: Socket, words: readonly string[]) => void;

const serve = (socket: Socket, answer: Answerer): void => {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    received += chunk.toString();
    let at = 0;
    for (;;) {
      const command = respCommandAt(received, at);
      if (command === null || !socket.writable) break;
      at = command.end;
      answer(socket, command.words);
    }
    received = received.slice(at);
  });
};

/** On a free port of loopback; told of each command, in the words that it came in. */
export const startRespServer = async (answer: Answerer): Promise<RespServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, answer);
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
