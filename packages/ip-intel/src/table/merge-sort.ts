import type { SlicedWork } from '../sliced-work.js';

/** Sorted natively in one go: under two milliseconds. */
const runLength = 4096;
const stepsBetweenPauses = 4096;

export type Compare = (left: number, right: number) => number;

function* mergeRuns(
  from: Uint32Array,
  to: Uint32Array,
  {
    left,
    middle,
    right,
    compare,
  }: { left: number; middle: number; right: number; compare: Compare },
): SlicedWork<void> {
  let first = left;
  let second = middle;
  for (let target = left; target < right; target += 1) {
    const a = from[first] ?? 0;
    const b = from[second] ?? 0;
    if (first < middle && (second >= right || compare(a, b) <= 0)) {
      to[target] = a;
      first += 1;
    } else {
      to[target] = b;
      second += 1;
    }
    if (target % stepsBetweenPauses === 0) yield;
  }
}

/** The indices 0 to `count`, less one, ordered by `compare`. Native sorting of millions would stall. */
export function* sortIndices(count: number, compare: Compare): SlicedWork<Uint32Array> {
  let from = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) from[index] = index;
  for (let start = 0; start < count; start += runLength) {
    from.subarray(start, start + runLength).sort(compare);
    yield;
  }
  let to = new Uint32Array(count);
  for (let length = runLength; length < count; length *= 2) {
    for (let left = 0; left < count; left += 2 * length) {
      const middle = Math.min(left + length, count);
      const right = Math.min(left + 2 * length, count);
      yield* mergeRuns(from, to, { left, middle, right, compare });
    }
    [from, to] = [to, from];
  }
  return from;
}
