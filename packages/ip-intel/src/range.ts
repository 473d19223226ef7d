import { parseAddress } from './address.js';
import type { Address } from './address.js';

/** Inclusive. Both ends are of one family. */
export interface AddressRange {
  readonly family: Address['family'];
  readonly start: readonly number[];
  readonly end: readonly number[];
}

/** The mask of the bits that stay fixed in word `index` under a prefix of `length` bits. */
const fixedBits = (length: number, index: number): number => {
  const bits = Math.min(32, Math.max(0, length - index * 32));
  return bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
};

const prefixRange = ({ family, words }: Address, length: number): AddressRange => ({
  family,
  start: words.map((word, index) => (word & fixedBits(length, index)) >>> 0),
  end: words.map((word, index) => (word | ~fixedBits(length, index)) >>> 0),
});

/** An address or a CIDR block, bits beyond the prefix ignored; null when it is neither. */
export const parseRange = (text: string): (AddressRange & { readonly length: number }) | null => {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === null) return null;
  const width = address.family === 4 ? 32 : 128;
  if (slash === -1) return { ...prefixRange(address, width), length: width };
  const digits = text.slice(slash + 1);
  // An IPv4-mapped block counts its prefix from the left of 128 bits.
  const mapped = address.family === 4 && text.includes(':');
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) - (mapped ? 96 : 0) : -1;
  if (length < 0 || length > width) return null;
  return { ...prefixRange(address, length), length };
};

/** The address after this one; null after the last. */
export const nextAddress = (words: readonly number[]): number[] | null => {
  const next = [...words];
  for (let index = next.length - 1; index >= 0; index -= 1) {
    const word = next[index] ?? 0;
    if (word !== 0xffff_ffff) {
      next[index] = word + 1;
      return next;
    }
    next[index] = 0;
  }
  return null;
};
