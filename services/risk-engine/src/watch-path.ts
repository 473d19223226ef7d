import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const signatureOfAll = async (paths: readonly string[]): Promise<string> =>
  (await Promise.all(paths.map(signatureOf))).join('\n');

const signatureOf = async (path: string): Promise<string> => {
  const own = await stat(path);
  const inside = own.isDirectory() ? (await readdir(path, { recursive: true })).sort() : [];
  // The path itself as well: an empty directory in place of another empty one is a change.
  const files = [path, ...inside.map((name) => join(path, name))];
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

/** A path that cannot be read has a look of its own: that it is gone is a change too. */
const unreadable = 'unreadable';

/**
 * Calls back when a file or a directory's files have changed, come or gone; of several paths, any of
 * them, and they may become others. Polling sees what
 * notifications miss: a ConfigMap is swapped by renaming a symbolic link several levels up. A
 * callback that fails is called again at the next look.
 */
export const watchPath = (
  path: string | (() => readonly string[]),
  { intervalMs, onChange }: { readonly intervalMs: number; readonly onChange: () => Promise<void> },
): PathWatch => {
  let last: string | null = null;
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    const paths = typeof path === 'string' ? [path] : path();
    const current = await signatureOfAll(paths).catch(() => unreadable);
    if (current === last) return;
    if (last !== null) await onChange();
    last = current;
  };
  const tick = (): void => {
    looking ??= look()
      // `last` stays as it was, so the next look is the next try.
      .catch(() => undefined)
      .finally(() => {
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
