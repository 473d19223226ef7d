import { open, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { headFileName } from './audit-files.js';

/** A line on its way to its file. */
export interface QueuedLine {
  readonly file: string;
  /** With its line feed. */
  readonly text: string;
  /** Signed lines are forced to the disk and become the head. */
  readonly signed: boolean;
  /** After it, the file is done. */
  readonly last: boolean;
}

interface Batch {
  readonly file: string;
  readonly bytes: Buffer;
  written: number;
  readonly head: string | null;
  readonly last: boolean;
}

export interface ChainWriter {
  push(line: QueuedLine): void;
  /** Bytes that are not written yet. */
  waiting(): number;
  /** The last try failed, or one has been under way for too long. */
  failing(): boolean;
  /** When nothing is waiting, or after `limitMs`, whichever is first; says which. */
  drained(limitMs: number): Promise<boolean>;
}

export interface ChainWriterOptions {
  readonly directory: string;
  /** Null: it works again. */
  readonly onFailure: (error: unknown) => void;
  readonly onEmpty: () => void;
}

const retryMs = 200;
/** A disk that hangs is as bad as one that refuses. */
const hangingMs = 5_000;
const maxBatchBytes = 4_194_304;

const takeBatch = (queue: QueuedLine[]): Batch | null => {
  const [first] = queue;
  if (first === undefined) return null;
  let count = 0;
  let bytes = 0;
  for (const line of queue) {
    if (line.file !== first.file || bytes > maxBatchBytes) break;
    count += 1;
    bytes += line.text.length;
  }
  const taken = queue.splice(0, count);
  return {
    file: first.file,
    bytes: Buffer.from(taken.map(({ text }) => text).join('')),
    written: 0,
    head: taken.findLast(({ signed }) => signed)?.text ?? null,
    last: taken.at(-1)?.last ?? false,
  };
};

/** A log that is gone from its directory takes lines for as long as one writes, and keeps none. */
const refuseGone = async (handle: FileHandle): Promise<void> => {
  const { nlink } = await handle.stat();
  if (nlink === 0) throw new Error('the audit log was removed while it was written');
};

/** Each step may be tried again from where it failed: what is written is never written twice. */
const createBatchWriter = (directory: string): ((batch: Batch) => Promise<void>) => {
  let handle: FileHandle | null = null;
  return async (batch) => {
    const path = join(directory, batch.file);
    handle ??= await open(path, 'ax', 0o600);
    while (batch.written < batch.bytes.length) {
      const { bytesWritten } = await handle.write(batch.bytes, batch.written);
      batch.written += bytesWritten;
    }
    if (batch.head !== null) {
      await refuseGone(handle);
      await handle.datasync();
      const head = join(directory, headFileName(batch.file));
      // The log first: a head that is ahead of it must mean that the log was cut.
      await writeFile(`${head}.new`, batch.head, { mode: 0o600 });
      await rename(`${head}.new`, head);
    }
    if (!batch.last) return;
    const done = handle;
    handle = null;
    await done.close();
  };
};

/** Who waits until all is written. */
const createWaiters = (isDone: () => boolean) => {
  const waiters = new Set<() => void>();
  return {
    wake: (): void => {
      if (isDone()) for (const wake of waiters) wake();
    },
    within: (limitMs: number): Promise<boolean> =>
      new Promise((resolve) => {
        const settle = (): void => {
          clearTimeout(timer);
          waiters.delete(settle);
          resolve(isDone());
        };
        const timer = setTimeout(settle, limitMs);
        waiters.add(settle);
        if (isDone()) settle();
      }),
  };
};

/** One write at a time, each with all that has come up in the meantime. */
export const createChainWriter = (options: ChainWriterOptions): ChainWriter => {
  const writeBatch = createBatchWriter(options.directory);
  const queue: QueuedLine[] = [];
  const waiters = createWaiters(() => waiting === 0);
  let inFlight: Batch | null = null;
  let waiting = 0;
  let scheduled = false;
  let failed = false;
  let startedAt: number | null = null;

  /** @returns whether it was written. */
  const write = async (batch: Batch): Promise<boolean> => {
    startedAt = performance.now();
    try {
      await writeBatch(batch);
      waiting -= batch.bytes.length;
      return true;
    } catch (error) {
      options.onFailure(error);
      return false;
    } finally {
      startedAt = null;
    }
  };
  const run = async (): Promise<void> => {
    for (;;) {
      inFlight ??= takeBatch(queue);
      if (inFlight === null) break;
      failed = !(await write(inFlight));
      if (failed) {
        setTimeout(() => void run(), retryMs).unref();
        return;
      }
      inFlight = null;
    }
    scheduled = false;
    options.onEmpty();
    waiters.wake();
  };
  return {
    push: (line) => {
      queue.push(line);
      waiting += line.text.length;
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => void run());
    },
    waiting: () => waiting,
    failing: () => failed || (startedAt !== null && performance.now() - startedAt > hangingMs),
    drained: waiters.within,
  };
};
