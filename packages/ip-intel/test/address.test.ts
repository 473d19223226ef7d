import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { parseAddress } from '../src/address.js';
import { nextAddress, parseRange } from '../src/range.js';
import { seed } from './shared-data.js';

const wordsOf = (bytes: readonly number[]): number[] =>
  Array.from({ length: bytes.length / 4 }, (_, index) =>
    bytes.slice(index * 4, index * 4 + 4).reduce((word, byte) => word * 256 + byte, 0),
  );

const octets = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length });
/** Runs of zeroes, so that `::` is written somewhere. */
const sparseOctets = fc
  .array(fc.oneof(fc.constant([0, 0]), octets(2)), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.flat());

describe('parseAddress', () => {
  it(`reads what ipaddr.js writes, as ipaddr.js understands it (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.oneof(octets(4), sparseOctets), (bytes) => {
        const other = ipaddr.fromByteArray(bytes);
        const mapped = other instanceof ipaddr.IPv6 && other.isIPv4MappedAddress();
        const expected = mapped ? bytes.slice(12) : bytes;
        expect(parseAddress(other.toString())?.words).toEqual(wordsOf(expected));
        expect(parseAddress(other.toNormalizedString())?.words).toEqual(wordsOf(expected));
      }),
      { seed, numRuns: 2000 },
    );
  });

  it.each([
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['1::', [0x10000, 0, 0, 0]],
    ['FE80::AbCd', [0xfe800000, 0, 0, 0xabcd]],
    ['64:ff9b::192.0.2.33', [0x64ff9b, 0, 0, 0xc0000221]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['255.255.255.255', [0xffffffff]],
  ])('reads %s', (text, words) => {
    expect(parseAddress(text)?.words).toEqual(words);
  });

  it.each([['::ffff:203.0.113.7'], ['::ffff:cb00:7107'], ['0:0:0:0:0:FFFF:203.0.113.7']])(
    'takes the IPv4-mapped %s for the IPv4 address',
    (text) => {
      expect(parseAddress(text)).toEqual({ family: 4, words: [0xcb007107], text: '203.0.113.7' });
    },
  );

  it.each([
    [''],
    ['evil'],
    ['1.2.3'],
    ['1.2.3.4.5'],
    ['0x7f.1'],
    ['127.1'],
    ['008.8.8.8'],
    ['256.1.1.1'],
    ['1.2.3.4:80'],
    ['1.2.3.4/24'],
    [' 1.2.3.4'],
    ['[::1]'],
    ['fe80::1%eth0'],
    ['1::2::3'],
    [':::'],
    ['12345::'],
    ['１.２.３.４'],
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe('parseRange', () => {
  it(`spans what ipaddr.js matches (seed ${seed})`, () => {
    const blocks = fc.oneof(
      fc.tuple(octets(4), fc.integer({ min: 0, max: 32 })),
      fc.tuple(octets(16), fc.integer({ min: 0, max: 128 })),
    );
    fc.assert(
      fc.property(blocks, ([bytes, length]) => {
        const other = ipaddr.fromByteArray(bytes);
        fc.pre(!(other instanceof ipaddr.IPv6 && other.isIPv4MappedAddress()));
        const block = `${other.toString()}/${length}`;
        const kind = bytes.length === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
        const first = kind.networkAddressFromCIDR(block).toByteArray();
        expect(parseRange(block)).toMatchObject({ start: wordsOf(first), length });
        const last = first.map(
          (byte, index) => byte | (0xff >> Math.min(8, Math.max(0, length - index * 8))),
        );
        expect(parseRange(block)?.end).toEqual(wordsOf(last));
      }),
      { seed, numRuns: 1000 },
    );
  });

  it('counts the prefix of an IPv4-mapped block from the left of 128 bits', () => {
    expect(parseRange('::ffff:198.51.100.9/120')).toEqual(parseRange('198.51.100.0/24'));
  });

  it.each([
    ['1.2.3.4/33'],
    ['1.2.3.4/-1'],
    ['1.2.3.4/'],
    ['1.2.3.4/1e1'],
    ['::/129'],
    ['::ffff:1.2.3.4/24'],
    ['1.2.3.4/24/8'],
    ['/8'],
  ])('refuses %s', (text) => {
    expect(parseRange(text)).toBeNull();
  });
});

describe('nextAddress', () => {
  it.each([
    [[1], [2]],
    [[0xffffffff], null],
    [
      [1, 2, 0xffffffff, 0xffffffff],
      [1, 3, 0, 0],
    ],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], null],
  ])('of %j is %j', (words, next) => {
    expect(nextAddress(words)).toEqual(next);
  });
});
