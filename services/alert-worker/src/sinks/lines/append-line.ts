import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../outbound/cause.js';
import type { WriteLine } from './write-line.js';

const newline = 10;

/** Whether the file ends in the middle of a line: a full disk, or a writer that died. */
const endsTorn = async (file: FileHandle): Promise<boolean> => {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== newline;
};

const append = async (path: string, line: string): Promise<void> => {
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  // Opened anew for each line: a file that was moved away (rotated) is made again by the next one.
  const file = await open(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
  try {
    const bytes = Buffer.from(`${(await endsTorn(file)) ? '\n' : ''}${line}\n`);
    // One write with O_APPEND: the lines of several workers do not mix.
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw Object.assign(new Error('torn'), { code: 'ENOSPC' });
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Appends lines to a file that only its owner may read; a line counts when it is on the disk. */
export const createLineAppender = (path: string): WriteLine => {
  let last: Promise<unknown> = Promise.resolve();
  return async (line) => {
    const written = last.then(() => append(path, line));
    last = written.catch(() => undefined);
    try {
      await written;
      return { kind: 'delivered' };
    } catch (error) {
      return {
        kind: 'retry',
        cause: `the file cannot be written: ${codeOf(error)}`,
        retryAfterMs: null,
      };
    }
  };
};
