import { performance } from 'node:perf_hooks';
import { parseRange } from '../src/range.js';
import { createReputationSetBuilder } from '../src/reputation/reputation-set.js';
import { runInSlices } from '../src/sliced-work.js';
import { valueAt } from '../src/table/step-table.js';
import type { StepTable } from '../src/table/step-table.js';

const million = 1_000_000;

/** Numbers that look random and are the same in every run (Numerical Recipes' generator). */
const createNumbers = (): (() => number) => {
  let state = 1;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
};

const blockOf = {
  4: (next: () => number): string => {
    const word = next();
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.0/${20 + (next() % 13)}`;
  },
  6: (next: () => number): string => {
    const hex = (): string => (next() >>> 16).toString(16);
    return `2${(next() >>> 20).toString(16)}:${hex()}:${hex()}::/${40 + (next() % 25)}`;
  },
} as const;

describe('a million prefixes', () => {
  it.each([
    [4, 12],
    [6, 40],
  ] as const)(
    'of IPv%d take at most %d bytes each and microseconds to look up',
    async (family, bytes) => {
      const next = createNumbers();
      const builder = createReputationSetBuilder();
      for (let index = 0; index < million; index += 1) {
        const range = parseRange(blockOf[family](next));
        if (range !== null) builder.addRange(range, index % 2 === 0 ? 'tor' : 'vpn');
      }
      const set = await runInSlices(builder.build());
      const table: StepTable = family === 4 ? set.tables.ipv4 : set.tables.ipv6;
      const bytesPerPrefix = (table.starts.byteLength + table.values.byteLength) / million;

      const addresses = Array.from({ length: 100_000 }, () => ({
        family,
        words: family === 4 ? [next()] : [0x2000_0000 + (next() >>> 4), next(), 0, 1],
        text: '',
      }));
      const startedAt = performance.now();
      const hits = addresses.filter((address) => valueAt(set.tables, address) !== 0).length;
      const nanoseconds = ((performance.now() - startedAt) * 1e6) / addresses.length;

      console.info(
        `IPv${family}: ${bytesPerPrefix.toFixed(1)} bytes per prefix, ${nanoseconds.toFixed(0)} ns per lookup`,
      );
      expect(table.values.length).toBeGreaterThan(million / 2);
      expect(hits).toBeLessThan(addresses.length);
      expect(bytesPerPrefix).toBeLessThanOrEqual(bytes);
      expect(nanoseconds).toBeLessThan(20_000);
    },
    60_000,
  );
});
