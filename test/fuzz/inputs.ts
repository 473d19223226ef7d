import fc from 'fast-check';
import type { FuzzTarget } from './target.js';

const maxBytes = 300_000;

const everywhere = [
  ...['\0', '\r\n', '\u2028', '\ufeff', '\ud800', '"', "'", '\\', '{', '}', '[', ']', ',', ':'],
  ...[
    '__proto__',
    'constructor',
    'null',
    'true',
    '-1',
    '1e999',
    '9'.repeat(30),
    '\\u0000',
    '\\ud800',
  ],
];

interface Edit {
  /** Where, as a share of the length. */
  readonly at: number;
  readonly drop: number;
  readonly times: number;
  readonly add: Buffer;
}

const edit = (words: readonly string[]): fc.Arbitrary<Edit> =>
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.oneof({ weight: 4, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.nat(2_000) }),
    // Repetition is what makes depth, counts and backtracking.
    times: fc.oneof(
      { weight: 8, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.nat(2_000) },
    ),
    add: fc.oneof(
      fc.constantFrom(...words, ...everywhere).map((word) => Buffer.from(word)),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    ),
  });

const edited = (start: Buffer, edits: readonly Edit[]): Buffer =>
  edits
    .reduce((sofar, { at, drop, times, add }) => {
      const place = Math.floor(at * sofar.length);
      const added = Buffer.alloc(Math.min(times * add.length, maxBytes), add.length > 0 ? add : 0);
      return Buffer.concat([sofar.subarray(0, place), added, sofar.subarray(place + drop)]);
    }, start)
    .subarray(0, maxBytes);

/** Mutations of what is known, and what nobody has thought of. */
export const inputsOf = (
  { words }: FuzzTarget,
  starts: readonly Buffer[],
): fc.Arbitrary<Buffer> => {
  const known = fc.nat(starts.length - 1).map((index) => starts[index] ?? Buffer.alloc(0));
  const mutated = fc
    .tuple(known, fc.array(edit(words), { minLength: 1, maxLength: 8 }))
    .map(([start, edits]) => edited(start, edits));
  const made = fc.oneof(
    fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.constantFrom(...words, ...everywhere), { maxLength: 40 })
      .map((parts) => Buffer.from(parts.join(''))),
  );
  return fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: made });
};
