/** The middle value; the lower of the two middle ones when there is an even number. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));
