const lineFeed = 10;
const carriageReturn = 13;

export interface LineReader {
  /** The next line without its end; null after the last. */
  next(): string | null;
  /** Number of the line that `next` gave, from 1. */
  readonly line: number;
}

/** Lines of a file in memory, one at a time: splitting all at once would stall on a large file. */
export const createLineReader = (bytes: Buffer): LineReader => {
  let offset = 0;
  let line = 0;
  return {
    next: () => {
      if (offset >= bytes.length) return null;
      const found = bytes.indexOf(lineFeed, offset);
      const end = found === -1 ? bytes.length : found;
      const isCrLf = end > offset && bytes[end - 1] === carriageReturn;
      const text = bytes.toString('utf8', offset, isCrLf ? end - 1 : end);
      offset = end + 1;
      line += 1;
      return text;
    },
    get line() {
      return line;
    },
  };
};
