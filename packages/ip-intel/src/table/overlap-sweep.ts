import { nextAddress } from '../range.js';
import type { AddressRange } from '../range.js';
import type { SlicedWork } from '../sliced-work.js';
import { createUint32Column, createUint8Column } from './growing-column.js';
import { sortIndices } from './merge-sort.js';
import { createStepTableBuilder } from './step-table.js';
import type { StepTable } from './step-table.js';

/** Bits that a range may carry. */
const bitCount = 8;
const stepsBetweenPauses = 4096;

/** Ranges that may overlap, in any order, each with one bit; together they make one step table. */
export interface OverlapSweep {
  /** @param bit 0 to 7. */
  add(range: Pick<AddressRange, 'start' | 'end'>, bit: number): void;
  /** At each address the table holds the bits of all ranges that cover it. */
  build(): SlicedWork<StepTable>;
}

/**
 * Every range is two events: its bit comes in at the start and goes out after the end. Read in order
 * of address, with a count for each bit, they give the bits that are on at any place.
 */
export const createOverlapSweep = (width: StepTable['width']): OverlapSweep => {
  const addresses = createUint32Column();
  /** The bit, and 8 more when it goes out. */
  const changes = createUint8Column();

  const addEvent = (words: readonly number[], change: number): void => {
    for (const word of words) addresses.push(word);
    changes.push(change);
  };

  function* build(): SlicedWork<StepTable> {
    const at = addresses.view();
    const change = changes.view();
    const compare = (left: number, right: number): number => {
      for (let index = 0; index < width; index += 1) {
        const difference = (at[left * width + index] ?? 0) - (at[right * width + index] ?? 0);
        if (difference !== 0) return difference;
      }
      return 0;
    };
    const order = yield* sortIndices(change.length, compare);
    const table = createStepTableBuilder(width, createUint8Column());
    const covering = Array<number>(bitCount).fill(0);
    let bits = 0;
    for (let position = 0; position < order.length; position += 1) {
      const event = order[position] ?? 0;
      const bit = (change[event] ?? 0) % bitCount;
      const count = (covering[bit] ?? 0) + ((change[event] ?? 0) < bitCount ? 1 : -1);
      covering[bit] = count;
      bits = count > 0 ? bits | (1 << bit) : bits & ~(1 << bit);
      const next = order[position + 1];
      if (next === undefined || compare(event, next) !== 0) {
        table.step(at.subarray(event * width, (event + 1) * width), bits);
      }
      if (position % stepsBetweenPauses === 0) yield;
    }
    return table.build();
  }

  return {
    add: ({ start, end }, bit) => {
      addEvent(start, bit);
      const after = nextAddress(end);
      if (after !== null) addEvent(after, bit + bitCount);
    },
    build,
  };
};
