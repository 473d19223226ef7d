import type { Address } from '../address.js';
import { createUint32Column } from './growing-column.js';
import type { GrowingColumn } from './growing-column.js';

type Values = Uint8Array | Uint32Array;

/**
 * A step function over the addresses of one family: `values[i]` holds from the i-th start up to the
 * next one, and 0, "nothing known", before the first. Starts ascend; each is `width` words.
 */
export interface StepTable {
  readonly width: 1 | 4;
  readonly starts: Uint32Array;
  readonly values: Values;
}

/** One table for each family. */
export interface StepTables {
  readonly ipv4: StepTable;
  readonly ipv6: StepTable;
}

const isAfter = ({ starts, width }: StepTable, step: number, words: readonly number[]): boolean => {
  for (let index = 0; index < width; index += 1) {
    const start = starts[step * width + index] ?? 0;
    const word = words[index] ?? 0;
    if (start !== word) return start > word;
  }
  return false;
};

/** O(log n), no allocation. */
export const valueAt = (tables: StepTables, { family, words }: Address): number => {
  const table = family === 4 ? tables.ipv4 : tables.ipv6;
  let low = 0;
  let high = table.values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(table, middle, words)) high = middle;
    else low = middle + 1;
  }
  return low === 0 ? 0 : (table.values[low - 1] ?? 0);
};

export interface StepTableBuilder {
  /** Starts must come in ascending order; a step that changes nothing is left out. */
  step(start: ArrayLike<number>, value: number): void;
  build(): StepTable;
}

export const createStepTableBuilder = <Column extends Values>(
  width: StepTable['width'],
  values: GrowingColumn<Column>,
): StepTableBuilder => {
  const starts = createUint32Column();
  let last = 0;
  return {
    step: (start, value) => {
      if (value === last) return;
      for (let index = 0; index < width; index += 1) starts.push(start[index] ?? 0);
      values.push(value);
      last = value;
    },
    build: () => ({ width, starts: starts.take(), values: values.take() }),
  };
};
