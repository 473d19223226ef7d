/** Numbers in a typed array that doubles when full: a tenth of what an array of objects takes. */
export interface GrowingColumn<Column extends Uint8Array | Uint32Array> {
  push(value: number): void;
  readonly length: number;
  /** What was pushed so far, not copied: pushing more may leave it behind. */
  view(): Column;
  /** A copy of exact size. */
  take(): Column;
}

const firstCapacity = 1024;

const createColumn = <Column extends Uint8Array | Uint32Array>(
  allocate: (length: number) => Column,
  viewOf: (column: Column, length: number) => Column,
): GrowingColumn<Column> => {
  let column = allocate(firstCapacity);
  let length = 0;
  return {
    push: (value) => {
      if (length === column.length) {
        const larger = allocate(length * 2);
        larger.set(column);
        column = larger;
      }
      column[length] = value;
      length += 1;
    },
    get length() {
      return length;
    },
    view: () => viewOf(column, length),
    take: () => {
      const exact = allocate(length);
      exact.set(viewOf(column, length));
      return exact;
    },
  };
};

export const createUint8Column = (): GrowingColumn<Uint8Array> =>
  createColumn(
    (length) => new Uint8Array(length),
    (column, length) => column.subarray(0, length),
  );

export const createUint32Column = (): GrowingColumn<Uint32Array> =>
  createColumn(
    (length) => new Uint32Array(length),
    (column, length) => column.subarray(0, length),
  );
