import { createReadStream } from 'node:fs';

const newline = 0x0a;
/** Far more than the longest line: a file without line feeds is not read into memory. */
const maxLineBytes = 1_048_576;

/**
 * Calls `take` for each whole line, without its line feed.
 *
 * @param take false: enough.
 * @returns what stands after the last line feed.
 */
export const readLines = async (path: string, take: (line: Buffer) => boolean): Promise<Buffer> => {
  let rest: Buffer = Buffer.alloc(0);
  const stream = createReadStream(path, { highWaterMark: 1_048_576 });
  const chunks: AsyncIterable<Buffer> = stream;
  for await (const chunk of chunks) {
    const data: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (;;) {
      const end = data.indexOf(newline, start);
      if (end < 0) break;
      if (!take(data.subarray(start, end))) {
        stream.destroy();
        return Buffer.alloc(0);
      }
      start = end + 1;
    }
    rest = data.subarray(start);
    if (rest.length > maxLineBytes && !take(rest)) {
      stream.destroy();
      return Buffer.alloc(0);
    }
  }
  return rest;
};

/** The first line alone; empty when there is none. */
export const readFirstLine = async (path: string): Promise<Buffer> => {
  let first: Buffer = Buffer.alloc(0);
  await readLines(path, (line) => {
    first = Buffer.from(line);
    return false;
  });
  return first;
};
