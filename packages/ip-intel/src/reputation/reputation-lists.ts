import { observed, unavailable } from '@stepgate/engine';
import type { Network, ReputationCategory, Signal } from '@stepgate/engine';
import type { Address } from '../address.js';
import { causeOf } from '../intel-status.js';
import type { IntelStatus } from '../intel-status.js';
import { runInSlices } from '../sliced-work.js';
import { valueAt } from '../table/step-table.js';
import { findLists, openList } from './list-directory.js';
import { readList } from './read-list.js';
import type { ListReport } from './read-list.js';
import type { ReputationSource } from './reputation-source.js';
import { categoriesOf, createReputationSetBuilder } from './reputation-set.js';
import type { ReputationSet } from './reputation-set.js';

export interface ReputationStatus extends IntelStatus {
  /** Of the last reading, good or not. */
  readonly lists: readonly ListReport[];
  /** In force. */
  readonly entries: number;
  readonly rejectedLines: number;
  /** Bytes that the tables in force take. */
  readonly tableBytes: number;
}

export interface ReputationLists extends ReputationSource {
  status(): ReputationStatus;
  /** Reads the directory again. Resolves in any case; what failed is in the status. */
  reload(): Promise<ReputationStatus>;
}

export interface ReputationListsOptions {
  /** Directory of lists, see docs/signals.md for names and formats. */
  readonly directory: string;
}

interface Reading {
  readonly set: ReputationSet;
  readonly lists: readonly ListReport[];
  /** Why an address on no list cannot be called clean; null when every list was read. */
  readonly problem: string | null;
}

const readLists = async (directory: string, files: readonly string[]): Promise<Reading> => {
  const builder = createReputationSetBuilder();
  const lists: ListReport[] = [];
  for (const file of files) {
    const list = await openList(directory, file);
    lists.push('bytes' in list ? await runInSlices(readList(list, builder)) : list);
  }
  const reasons = lists.flatMap(({ file, refused }) =>
    refused === null ? [] : [`${file}: ${refused}`],
  );
  const set = await runInSlices(builder.build());
  return { set, lists, problem: reasons.length === 0 ? null : reasons.join('; ') };
};

const readDirectory = async (directory: string): Promise<Reading> => {
  const files = await findLists(directory);
  if (files.length === 0) throw new Error('holds no lists');
  const reading = await readLists(directory, files);
  if (reading.problem === null) return reading;
  // Once more without the refused files: the few lines of them that made sense are not to be trusted.
  const sound = reading.lists.filter(({ refused }) => refused === null).map(({ file }) => file);
  return { ...reading, set: (await readLists(directory, sound)).set };
};

const tableBytesOf = ({ tables }: ReputationSet): number =>
  [tables.ipv4, tables.ipv6].reduce(
    (sum, { starts, values }) => sum + starts.byteLength + values.byteLength,
    0,
  );

const inUse = (reading: Reading | null): readonly ListReport[] =>
  (reading?.lists ?? []).filter(({ refused }) => refused === null);

const totalOf = (lists: readonly ListReport[], field: 'entries' | 'rejectedLines'): number =>
  lists.reduce((sum, list) => sum + list[field], 0);

/** Reports on the oldest list: that is the one to worry about. */
const oldestOf = (lists: readonly ListReport[]): Date | null =>
  lists
    .map(({ dataDate }) => dataDate)
    .reduce<Date | null>(
      (oldest, date) => (oldest === null || date < oldest ? date : oldest),
      null,
    );

const lookUpIn = (
  { set, problem }: Reading,
  address: Address,
  network: Signal<Network>,
): Signal<readonly ReputationCategory[]> => {
  const asnBits = network.state === 'observed' ? (set.asns.get(network.value.asn) ?? 0) : 0;
  const bits = valueAt(set.tables, address) | asnBits;
  if (bits !== 0) return observed(categoriesOf(bits));
  // On no list that could be asked. It is clean only if all of them could.
  if (problem !== null) return unavailable(problem);
  if (network.state === 'unavailable' && set.asns.size > 0) {
    return unavailable('lists of AS numbers could not be asked');
  }
  return observed(categoriesOf(0));
};

/**
 * Reputation from the lists in a directory, loaded before this resolves. A reading in which any file
 * is refused does not replace a whole one. Where there never was a whole one, listed addresses are
 * told and all others are `unavailable`, never clean.
 */
export const createReputationLists = async ({
  directory,
}: ReputationListsOptions): Promise<ReputationLists> => {
  let inForce: Reading | null = null;
  let lastLists: readonly ListReport[] = [];
  let problem: string | null = 'not loaded yet';
  let reading: Promise<void> = Promise.resolve();

  const read = async (): Promise<void> => {
    try {
      const next = await readDirectory(directory);
      ({ lists: lastLists, problem } = next);
      if (next.problem === null || inForce === null || inForce.problem !== null) inForce = next;
    } catch (error) {
      problem = `${directory}: ${causeOf(error)}`;
    }
  };
  const status = (): ReputationStatus => ({
    source: 'reputation',
    dataDate: oldestOf(inUse(inForce)),
    problem,
    lists: lastLists,
    entries: totalOf(inUse(inForce), 'entries'),
    rejectedLines: totalOf(lastLists, 'rejectedLines'),
    tableBytes: inForce === null ? 0 : tableBytesOf(inForce.set),
  });
  const reload = async (): Promise<ReputationStatus> => {
    // One after the other: two at once would hold two sets in the making.
    reading = reading.then(read);
    await reading;
    return status();
  };

  await reload();
  return {
    lookUp: (address, network) =>
      inForce === null
        ? unavailable(problem ?? 'no lists loaded')
        : lookUpIn(inForce, address, network),
    status,
    reload,
  };
};
