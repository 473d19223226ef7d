import { destination as openDestination, type DestinationStream } from 'pino';

export interface LineBuffer {
  readonly stream: DestinationStream;
  /** Writes what is held back, at once. */
  readonly flush: () => void;
}

const flushEveryMs = 1_000;
const flushAtLength = 16_384;

/**
 * Lines go out in one write a second, or when there are many. A write per decision would cost more
 * than its bookkeeping, and so would pino's own buffer, which copies what it holds with every line.
 */
export const createLineBuffer = (dest: number | string): LineBuffer => {
  const destination = openDestination({ dest, sync: false });
  let lines: string[] = [];
  let length = 0;
  const hand = (): void => {
    if (length === 0) return;
    destination.write(lines.join(''));
    lines = [];
    length = 0;
  };
  const flush = (): void => {
    hand();
    destination.flushSync();
  };
  setInterval(hand, flushEveryMs).unref();
  process.once('exit', flush);
  return {
    stream: {
      write: (line) => {
        lines.push(line);
        length += line.length;
        if (length >= flushAtLength) hand();
      },
    },
    flush,
  };
};
