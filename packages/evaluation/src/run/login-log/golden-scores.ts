/** Known of the 24 scores that the published notebook lists (risk-scoring 1.1). */
const firstFive = [
  0.001735608896331267, 0.0003131930911696338, 0.00038481209981864445, 0.00023380343388881817,
  0.0062984271682455266,
] as const;
const largest = 1.2462230273339967;
const smallest = 1.176522284255606e-5;
const listed = 24;

/** They are of the data set's first rows; logins are those that succeeded and lack nothing. */
const rowsNeeded = 1_000_000;
export const loginsNeeded = 476_564;
const [from, to] = [50_000, 50_050] as const;

export type GoldenComparison =
  | { readonly kind: 'skipped'; readonly because: string }
  | { readonly kind: 'compared'; readonly agree: boolean; readonly scores: readonly number[] };

const isSame = (one: number | undefined, other: number): boolean =>
  one !== undefined && Math.abs(one - other) <= Math.abs(other) * 1e-6;

/** @param scores of all complete successful logins, in order; NaN where a user had none before. */
export const compareGolden = (scores: readonly number[], rows: number): GoldenComparison => {
  if (rows < rowsNeeded || scores.length < loginsNeeded) {
    return {
      kind: 'skipped',
      because: `the golden values are of the first ${String(rowsNeeded)} rows of the RBA data set; this log has ${String(rows)} rows, ${String(scores.length)} of them complete successful logins`,
    };
  }
  const found = scores.slice(from, to).filter((score) => !Number.isNaN(score));
  const agree =
    found.length === listed &&
    firstFive.every((score, index) => isSame(found[index], score)) &&
    isSame(Math.max(...found), largest) &&
    isSame(Math.min(...found), smallest);
  return { kind: 'compared', agree, scores: found };
};
