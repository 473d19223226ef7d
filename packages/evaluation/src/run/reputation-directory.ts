import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { knownLists, type Feeds } from '../population/index.js';

/** Lists of networks that move their users: no feed has them, so the engine's own are used whole. */
const ownKinds = ['mobile', 'satellite'] as const;

const ownFiles = async (shipped: string, kind: (typeof ownKinds)[number]) =>
  (await readdir(shipped)).filter((name) => name.startsWith(`${kind}.`) && name.endsWith('.txt'));

/** AS numbers of the engine's own lists of a kind. */
export const readOwnAsns = async (
  shipped: string,
  kind: (typeof ownKinds)[number],
): Promise<ReadonlySet<number>> => {
  const asns = new Set<number>();
  for (const file of await ownFiles(shipped, kind)) {
    for (const line of (await readFile(join(shipped, file), 'utf8')).split('\n')) {
      const found = /^\s*AS(\d+)/i.exec(line);
      if (found !== null) asns.add(Number(found[1]));
    }
  }
  return asns;
};

/** Writes the lists that the service has in a seed: known parts of the feeds, and its own lists whole. */
export const writeReputationDirectory = async (
  directory: string,
  {
    feeds,
    shipped,
    seed,
  }: { readonly feeds: Feeds; readonly shipped: string; readonly seed: number },
): Promise<void> => {
  await mkdir(directory, { recursive: true });
  for (const [kind, entries] of Object.entries(knownLists(feeds, seed))) {
    await writeFile(join(directory, `${kind}.evaluation.txt`), `${entries.join('\n')}\n`);
  }
  for (const kind of ownKinds) {
    for (const file of await ownFiles(shipped, kind)) {
      await copyFile(join(shipped, file), join(directory, file));
    }
  }
};
