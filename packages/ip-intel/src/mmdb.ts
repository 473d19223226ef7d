import { open } from 'maxmind';
import type { Reader, Response } from 'maxmind';
import { unavailable } from '@stepgate/engine';
import type { Signal } from '@stepgate/engine';
import type { Address } from './address.js';
import { causeOf } from './intel-status.js';

export interface MmdbFile {
  lookUp<Value>(address: Address, read: (record: unknown) => Signal<Value>): Signal<Value>;
  readonly dataDate: Date | null;
  readonly problem: string | null;
}

const dateOf = (date: Date): Date | null => (Number.isNaN(date.getTime()) ? null : date);

/** Addresses that make the reader walk the whole tree: a damaged search tree shows at once. */
const probes = ['1.1.1.1', '255.255.255.254'];

const unreadable = (path: string, error: unknown): MmdbFile => {
  const problem = `${path}: ${causeOf(error)}`;
  return { lookUp: () => unavailable(problem), dataDate: null, problem };
};

/** Damaged data sections are found at lookup only; the reader then throws, which is `unavailable`. */
const readable = (path: string, reader: Reader<Response>): MmdbFile => ({
  lookUp: ({ family, text }, read) => {
    // The reader would walk 128 bits through a tree of 32 and return somebody else's record.
    if (family === 6 && reader.metadata.ipVersion === 4) {
      return unavailable(`${path}: holds no IPv6 addresses`);
    }
    try {
      const record: unknown = reader.get(text);
      return read(record);
    } catch (error) {
      return unavailable(`${path}: ${causeOf(error)}`);
    }
  },
  dataDate: dateOf(reader.metadata.buildEpoch),
  problem: null,
});

const openOne = async (path: string): Promise<MmdbFile> => {
  try {
    const reader = await open<Response>(path);
    for (const probe of probes) reader.get(probe);
    return readable(path, reader);
  } catch (error) {
    return unreadable(path, error);
  }
};

const older = (one: Date | null, other: Date | null): Date | null => {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
};

/**
 * Reads the whole file into memory; with `ipv6Path`, for publishers who split their data, IPv6 is
 * looked up in that one. Resolves whatever the files are like: see `problem`.
 */
export const openMmdb = async (path: string, ipv6Path?: string): Promise<MmdbFile> => {
  const main = await openOne(path);
  if (ipv6Path === undefined) return main;
  const second = await openOne(ipv6Path);
  return {
    lookUp: (address, read) => (address.family === 6 ? second : main).lookUp(address, read),
    dataDate: older(main.dataDate, second.dataDate),
    problem: main.problem ?? second.problem,
  };
};
