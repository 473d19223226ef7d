/** IPv4 addresses as numbers, both ends included. */
export interface IpRange {
  readonly first: number;
  readonly last: number;
}

export const sizeOf = ({ first, last }: IpRange): number => last - first + 1;

export const addressText = (address: number): string =>
  [24, 16, 8, 0].map((shift) => String((address >>> shift) & 255)).join('.');

const numberOf = (text: string): number =>
  text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** @param text an address or a block. */
export const rangeOf = (text: string): IpRange => {
  const [address = '', prefix = '32'] = text.split('/');
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(numberOf(address) / size) * size;
  return { first, last: first + size - 1 };
};

/** Whether a number is in any of the ranges. */
export const createRangeSet = (ranges: readonly IpRange[]): ((address: number) => boolean) => {
  const sorted = ranges.toSorted((one, other) => one.first - other.first);
  const firsts = sorted.map(({ first }) => first);
  // Ranges may lie within one another: the furthest end so far decides.
  let furthest = -1;
  const ends = sorted.map(({ last }) => (furthest = Math.max(furthest, last)));
  return (address) => {
    let low = 0;
    let high = firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((firsts[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ends[low - 1] ?? -1) >= address;
  };
};

export const numberOfAddress = numberOf;
