import { createConnection, type Socket } from 'node:net';

export interface Dripping {
  /** Milliseconds until the server ended the connection; null while it has not. */
  cutAfterMs(): number | null;
  end(): void;
}

const between = 700;

/**
 * Opens with `start`, then a byte now and then, for as long as it is let: Slowloris.
 *
 * @param phase from 0 to 1: how far into the pause between two bytes it begins. Hundreds in step would
 * hold up the process that sends them, which measures the others.
 */
export const drip = (port: number, start: string, phase: number): Dripping => {
  let socket: Socket | undefined;
  let cutAfter: number | null = null;
  let timer = setTimeout(() => {
    const startedAt = performance.now();
    const opened = createConnection({ port, host: '127.0.0.1' }, () => opened.write(start));
    const next = (): void => {
      if (opened.writable) opened.write('a');
      timer = setTimeout(next, between);
    };
    timer = setTimeout(next, between);
    const end = (): void => {
      clearTimeout(timer);
      cutAfter ??= performance.now() - startedAt;
    };
    opened.once('close', end).once('end', end).on('error', end);
    // What the server says before it cuts is of no interest; unread it would hide the end.
    opened.resume();
    socket = opened;
  }, between * phase);
  return {
    cutAfterMs: () => cutAfter,
    end: () => {
      clearTimeout(timer);
      socket?.destroy();
    },
  };
};
