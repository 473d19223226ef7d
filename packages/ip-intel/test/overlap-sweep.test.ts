import fc from 'fast-check';
import { parseAddress } from '../src/address.js';
import type { Address } from '../src/address.js';
import { nextAddress, parseRange } from '../src/range.js';
import type { AddressRange } from '../src/range.js';
import { runInSlices } from '../src/sliced-work.js';
import { createOverlapSweep } from '../src/table/overlap-sweep.js';
import { sortIndices } from '../src/table/merge-sort.js';
import { valueAt } from '../src/table/step-table.js';
import type { StepTables } from '../src/table/step-table.js';
import { seed } from './shared-data.js';

interface Listed {
  readonly range: AddressRange;
  readonly bit: number;
}

const rangeOf = (text: string): AddressRange => {
  const range = parseRange(text);
  if (range === null) throw new Error(`not a range: ${text}`);
  return range;
};

const build = async (listed: readonly Listed[]): Promise<StepTables> => {
  const sweeps = { 4: createOverlapSweep(1), 6: createOverlapSweep(4) };
  for (const { range, bit } of listed) sweeps[range.family].add(range, bit);
  return { ipv4: await runInSlices(sweeps[4].build()), ipv6: await runInSlices(sweeps[6].build()) };
};

const number = (words: readonly number[]): bigint =>
  words.reduce((sum, word) => (sum << 32n) + BigInt(word), 0n);

/** The same answer, the slow and plain way. */
const naive = (listed: readonly Listed[], { family, words }: Address): number =>
  listed
    .filter(({ range }) => range.family === family)
    .filter(
      ({ range }) => number(range.start) <= number(words) && number(words) <= number(range.end),
    )
    .reduce((bits, { bit }) => bits | (1 << bit), 0);

/** Few distinct high bits, so that blocks nest and meet; every prefix length. */
const blocks = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(0, 10, 203, 255),
      fc.nat(3),
      fc.constantFrom(0, 1, 255),
      fc.nat(255),
      fc.integer({ min: 0, max: 32 }),
    )
    .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`),
  fc
    .tuple(
      fc.constantFrom('2001', 'ffff'),
      fc.nat(2),
      fc.nat(0xffff),
      fc.integer({ min: 0, max: 128 }),
    )
    .map(([a, b, c, length]) => `${a}:${b}::${c.toString(16)}/${length}`),
  fc.constantFrom(
    '0.0.0.0/0',
    '::/0',
    '255.255.255.255/32',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128',
  ),
);
const listedBlocks = fc.array(
  fc.record({ range: blocks.map(rangeOf), bit: fc.integer({ min: 0, max: 7 }) }),
  { maxLength: 40 },
);

/** The ends of every range and their neighbours: where an off-by-one would show. */
const probesOf = (listed: readonly Listed[]): Address[] =>
  listed.flatMap(({ range: { family, start, end } }) => {
    const after = nextAddress(end);
    const all = after === null ? [start, end] : [start, end, after];
    return all.map((words) => ({ family, words, text: '' }));
  });

describe('createOverlapSweep', () => {
  it(`agrees with a linear search at every edge of random overlapping blocks (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(listedBlocks, async (listed) => {
        const tables = await build(listed);
        for (const address of probesOf(listed)) {
          expect(valueAt(tables, address)).toBe(naive(listed, address));
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('knows nothing when nothing was added', async () => {
    const tables = await build([]);
    const address = parseAddress('203.0.113.7');
    expect(address && valueAt(tables, address)).toBe(0);
  });

  it('merges blocks that meet, so that they take the room of one', async () => {
    const tables = await build([
      { range: rangeOf('10.0.0.0/25'), bit: 1 },
      { range: rangeOf('10.0.0.128/25'), bit: 1 },
      { range: rangeOf('10.0.0.7'), bit: 1 },
    ]);
    expect([...tables.ipv4.starts]).toEqual([0x0a000000, 0x0a000100]);
    expect([...tables.ipv4.values]).toEqual([2, 0]);
  });
});

describe('sortIndices', () => {
  it(`orders more than one run of numbers (seed ${seed})`, async () => {
    const [numbers = []] = fc.sample(
      fc.array(fc.nat(50_000), { minLength: 9000, maxLength: 9000 }),
      { seed, numRuns: 1 },
    );
    const compare = (left: number, right: number): number =>
      (numbers[left] ?? 0) - (numbers[right] ?? 0);
    const order = await runInSlices(sortIndices(numbers.length, compare));
    expect([...order].map((index) => numbers[index])).toEqual([...numbers].sort((a, b) => a - b));
  });
});
