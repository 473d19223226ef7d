import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { hashLine, nowhere, type Position } from './line.js';

/** The last place of the chain that was the newest when another one began. */
export interface Predecessor extends Position {
  readonly file: string;
}

const chainName = /^\d{8}T\d{9}Z-[0-9a-f]{8}\.jsonl$/;
const newline = 0x0a;
/** More than the longest line. */
const tailBytes = 65_536;

export const newInstance = (): string => randomBytes(4).toString('hex');

/** Sorts by the time at which the chain began. */
export const chainFileName = (startedAt: number, instance: string): string =>
  `${new Date(startedAt).toISOString().replaceAll(/[-:.]/g, '')}-${instance}.jsonl`;

export const headFileName = (file: string): string => file.replace(/\.jsonl$/, '.head');

/** Names of the chains in a directory, oldest first. */
export const listChains = async (directory: string): Promise<string[]> =>
  (await readdir(directory)).filter((name) => chainName.test(name)).sort();

/**
 * Made when it is not there.
 *
 * @throws when everybody may write there: who can rename the log away need not forge it.
 */
export const prepareDirectory = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { mode } = await stat(directory);
  if ((mode & 0o002) !== 0) {
    throw new Error(`${directory} may be written by everybody: chmod o-w, or name one below it`);
  }
};

const seqOf = (line: string): number => {
  try {
    const parsed: unknown = JSON.parse(line);
    const has = typeof parsed === 'object' && parsed !== null && 'seq' in parsed;
    return has && typeof parsed.seq === 'number' ? parsed.seq : nowhere.seq;
  } catch {
    return nowhere.seq;
  }
};

const readTail = async (handle: FileHandle): Promise<Buffer> => {
  const { size } = await handle.stat();
  const length = Math.min(size, tailBytes);
  const { buffer, bytesRead } = await handle.read(
    Buffer.alloc(length),
    0,
    length,
    Math.max(0, size - length),
  );
  return buffer.subarray(0, bytesRead);
};

/** The last whole line: what a crash has cut in two never was one. */
const lastPlace = async (path: string): Promise<Position> => {
  const handle = await open(path);
  try {
    const tail = await readTail(handle);
    const end = tail.lastIndexOf(newline);
    if (end < 0) return nowhere;
    const start = end === 0 ? 0 : tail.lastIndexOf(newline, end - 1) + 1;
    const line = tail.subarray(start, end);
    return { seq: seqOf(line.toString()), hash: hashLine(line) };
  } finally {
    await handle.close();
  }
};

/** Null: the first chain of the directory. */
export const findPredecessor = async (directory: string): Promise<Predecessor | null> => {
  const file = (await listChains(directory)).at(-1);
  return file === undefined ? null : { file, ...(await lastPlace(join(directory, file))) };
};
