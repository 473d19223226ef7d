import type { Socket } from 'node:net';
import { startRespServer } from './resp-server.js';
import { respReply } from './resp.js';

export interface FakeSentinel {
  readonly port: number;
  /** Questions for the primary so far. */
  asked(): number;
  /** From now on it announces a change of the primary, and only then says where the primary is. */
  announceBeforeAnswers(): void;
  close(): Promise<void>;
}

const channel = '+switch-master';

const announcement = respReply(['message', channel, 'mymaster 127.0.0.1 1 127.0.0.1 2']);

/** What hears the announcement first acts on it before it reads the answer. */
const answerLaterMs = 20;

interface Sentinel {
  readonly primaryPort: number;
  readonly listeners: Set<Socket>;
  announces: boolean;
  asked: number;
}

const answer = (sentinel: Sentinel, socket: Socket, words: readonly string[]): void => {
  switch (words[0]?.toUpperCase()) {
    case 'SENTINEL': {
      sentinel.asked += 1;
      const place = respReply(['127.0.0.1', String(sentinel.primaryPort)]);
      if (!sentinel.announces) {
        socket.write(place);
        return;
      }
      for (const listener of sentinel.listeners) listener.write(announcement);
      setTimeout(() => socket.write(place), answerLaterMs);
      return;
    }
    case 'SUBSCRIBE':
      sentinel.listeners.add(socket);
      socket.once('close', () => sentinel.listeners.delete(socket));
      socket.write(respReply(['subscribe', channel, 1]));
      return;
    case 'HELLO':
      socket.write("-ERR unknown command 'HELLO'\r\n");
      return;
    default:
      socket.write('+OK\r\n');
  }
};

/** A sentinel on loopback whose word comes at the worst moment. */
export const startFakeSentinel = async (primaryPort: number): Promise<FakeSentinel> => {
  const sentinel: Sentinel = { primaryPort, listeners: new Set(), announces: false, asked: 0 };
  const server = await startRespServer((socket, words) => {
    answer(sentinel, socket, words);
  });
  return {
    port: server.port,
    asked: () => sentinel.asked,
    announceBeforeAnswers: () => {
      sentinel.announces = true;
    },
    close: server.close,
  };
};
