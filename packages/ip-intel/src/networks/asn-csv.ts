import { parseAddress } from '../address.js';
import { createLineReader } from '../line-reader.js';
import { nextAddress } from '../range.js';
import type { SlicedWork } from '../sliced-work.js';
import { createUint32Column, createUint8Column } from '../table/growing-column.js';
import { createStepTableBuilder } from '../table/step-table.js';
import type { StepTable } from '../table/step-table.js';
import type { AsnTable } from './asn-table.js';

const linesBetweenPauses = 512;

interface AsnRow {
  readonly family: 4 | 6;
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly asn: number;
  readonly org: string;
}

/** `first,last,number,name`, the name in quotes, doubled inside, where it needs them (RFC 4180). */
const parseRow = (line: string): AsnRow | null => {
  const [, first, last, number, name = ''] = /^([^,]+),([^,]+),(\d+),(.*)$/.exec(line) ?? [];
  const start = parseAddress(first ?? '');
  const end = parseAddress(last ?? '');
  if (start === null || end === null || start.family !== end.family) return null;
  const org = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
  return { family: start.family, start: start.words, end: end.words, asn: Number(number), org };
};

const isAfter = (one: readonly number[], other: readonly number[]): boolean => {
  const index = one.findIndex((word, at) => word !== other[at]);
  return index !== -1 && (one[index] ?? 0) > (other[index] ?? 0);
};

/** The organisations of both families' files, each number stored once. */
const createOrganisations = (): {
  positionOf(asn: number, org: string): number;
  take(): Pick<AsnTable, 'asns' | 'names' | 'nameEnds'>;
} => {
  const positions = new Map<number, number>();
  const [asns, nameEnds, names] = [createUint32Column(), createUint32Column(), createUint8Column()];
  const encoder = new TextEncoder();
  return {
    positionOf: (asn, org) => {
      const known = positions.get(asn);
      if (known !== undefined) return known;
      const position = positions.size;
      positions.set(asn, position);
      asns.push(asn);
      for (const byte of encoder.encode(org)) names.push(byte);
      nameEnds.push(names.length);
      return position;
    },
    take: () => ({ asns: asns.take(), names: names.take(), nameEnds: nameEnds.take() }),
  };
};

/**
 * Rows ascend by their first address. Where one reaches into the next the later row holds, since the
 * published file has such a pair.
 */
function* readFamily(
  bytes: Buffer,
  family: 4 | 6,
  positionOf: (asn: number, org: string) => number,
): SlicedWork<StepTable> {
  const reader = createLineReader(bytes);
  const table = createStepTableBuilder(family === 4 ? 1 : 4, createUint32Column());
  let last: AsnRow | null = null;
  for (let line = reader.next(); line !== null; line = reader.next()) {
    const row = parseRow(line);
    if (row?.family !== family || (last !== null && !isAfter(row.start, last.start))) {
      throw new Error(`line ${reader.line} of the IPv${family} file is not a row in order`);
    }
    const gap = last === null ? null : nextAddress(last.end);
    if (gap !== null && isAfter(row.start, gap)) table.step(gap, 0);
    table.step(row.start, positionOf(row.asn, row.org) + 1);
    last = row;
    if (reader.line % linesBetweenPauses === 0) yield;
  }
  const end = last === null ? null : nextAddress(last.end);
  if (end !== null) table.step(end, 0);
  return table.build();
}

/** @throws where a file holds anything but rows in ascending order. */
export function* buildAsnTable(ipv4: Buffer, ipv6: Buffer): SlicedWork<AsnTable> {
  const organisations = createOrganisations();
  const tables = {
    ipv4: yield* readFamily(ipv4, 4, organisations.positionOf),
    ipv6: yield* readFamily(ipv6, 6, organisations.positionOf),
  };
  return { tables, ...organisations.take() };
}
