import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { causeOf } from '../intel-status.js';
import { isListPath, parseListName } from './list-name.js';
import type { ListFile, ListReport } from './read-list.js';

/** Some fifteen million addresses; a larger file is a mistake. */
const maxFileBytes = 256 * 1024 * 1024;

/** Relative paths of the lists: files in the directory and in its subdirectories, sorted. */
export const findLists = async (directory: string): Promise<string[]> => {
  const paths: string[] = [];
  for (const entry of await readdir(directory)) {
    // Follows links: a mounted ConfigMap is made of them.
    const isDirectory = (await stat(join(directory, entry))).isDirectory();
    const found = isDirectory
      ? (await readdir(join(directory, entry))).map((name) => `${entry}/${name}`)
      : [entry];
    paths.push(...found.filter(isListPath));
  }
  return paths.sort();
};

const refuse = (file: string, refused: string): ListReport => ({
  file,
  category: null,
  entries: 0,
  belowMinimum: 0,
  rejectedLines: 0,
  rejected: [],
  dataDate: new Date(0),
  refused,
});

/** The file, or why it cannot be used. */
export const openList = async (directory: string, file: string): Promise<ListFile | ListReport> => {
  const { category, minimumCount } = parseListName(file);
  if (category === null) return refuse(file, 'its name starts with no category');
  try {
    const path = join(directory, file);
    const { size, mtime } = await stat(path);
    if (size > maxFileBytes) return refuse(file, `larger than ${maxFileBytes} bytes`);
    return { file, category, minimumCount, bytes: await readFile(path), modifiedAt: mtime };
  } catch (error) {
    return refuse(file, causeOf(error));
  }
};
