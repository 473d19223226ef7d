import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const signatureOf = async (path: string): Promise<string> => {
  const own = await stat(path);
  const files = own.isDirectory()
    ? (await readdir(path, { recursive: true })).sort().map((name) => join(path, name))
    : [path];
  const stats = await Promise.all(files.map((file) => stat(file)));
  return stats
    .map(
      ({ ino, size, mtimeMs }, index) =>
        `${files[index] ?? ''}:${String(ino)}:${String(size)}:${String(mtimeMs)}`,
    )
    .join('\n');
};

export interface PathWatch {
  /** Resolves when the path has been looked at once. */
  settled(): Promise<void>;
  stop(): void;
}

/**
 * Calls back when a file or a directory's files have changed. Polling sees what notifications miss:
 * a ConfigMap is swapped by renaming a symbolic link several levels up.
 */
export const watchPath = (
  path: string,
  { intervalMs, onChange }: { readonly intervalMs: number; readonly onChange: () => Promise<void> },
): PathWatch => {
  let last: string | null = null;
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    // A path that is gone for a moment (half-way through a swap) is looked at again next time.
    const current = await signatureOf(path).catch(() => null);
    if (current === null || current === last) return;
    const first = last === null;
    last = current;
    if (!first) await onChange();
  };
  const tick = (): void => {
    looking ??= look().finally(() => {
      looking = null;
    });
  };
  tick();
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return {
    settled: () => looking ?? Promise.resolve(),
    stop: () => {
      clearInterval(timer);
    },
  };
};
