import { createConnection } from 'node:net';

export interface Dripping {
  /** Milliseconds until the server ended the connection; null while it has not. */
  cutAfterMs(): number | null;
  end(): void;
}

const between = 700;

/** Opens with `start`, then a byte now and then, for as long as it is let: Slowloris. */
export const drip = (port: number, start: string): Dripping => {
  const startedAt = performance.now();
  let cutAfter: number | null = null;
  const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write(start));
  const timer = setInterval(() => {
    if (socket.writable) socket.write('a');
  }, between);
  const end = (): void => {
    clearInterval(timer);
    cutAfter ??= performance.now() - startedAt;
  };
  socket.once('close', end).once('end', end).on('error', end);
  // What the server says before it cuts is of no interest; unread it would hide the end.
  socket.resume();
  return {
    cutAfterMs: () => cutAfter,
    end: () => {
      clearInterval(timer);
      socket.destroy();
    },
  };
};
