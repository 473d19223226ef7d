import { parseAddress } from '../../../packages/ip-intel/src/address.js';
import { parseListLine } from '../../../packages/ip-intel/src/reputation/list-line.js';
import { sharedFiles } from '../corpus.js';
import { promise, type FuzzTarget } from '../target.js';

/** No list may cover more than an IPv4 /8 or an IPv6 /16: these bits are the same in both ends. */
const fixedBits = { 4: 8, 6: 16 } as const;

const checkLine = (line: string): void => {
  const read = parseListLine(line, 2);
  if (read.kind === 'range') {
    const { family, start, end } = read.range;
    const differs = (start[0] ?? 0) ^ (end[0] ?? 0);
    promise(differs >>> (32 - fixedBits[family]) === 0, 'a block is too wide');
    promise(start.length === end.length, 'a block has two families');
  }
  if (read.kind === 'asn') promise(read.asn > 0 && read.asn < 2 ** 32, 'an ASN is out of range');
  if (read.kind === 'updated') promise(!Number.isNaN(read.date.getTime()), 'a date is none');
};

/** Lines of reputation lists, whoever publishes them. */
export const reputation: FuzzTarget = {
  name: 'reputation',
  words: [
    'AS',
    '/24',
    '/0',
    '::',
    '::ffff:',
    '10.0.0.0',
    '\t',
    ' 3',
    '# updated: 2026-01-01',
    '\n',
  ],
  starts: () => sharedFiles('feeds', 2_000),
  check: (input) => {
    for (const line of input.toString().split('\n').slice(0, 2_000)) checkLine(line);
  },
};

/** Addresses as they are written: what is read is read the same again, or not at all. */
export const address: FuzzTarget = {
  name: 'address',
  words: ['::', '::ffff:', '0x7f', '%eth0', '.', ':', '255', '256', '01', '/64', '[', ']', '①'],
  check: (input) => {
    const text = input.toString();
    const read = parseAddress(text);
    if (read === null) return;
    promise(read.words.length === (read.family === 4 ? 1 : 4), 'an address has too few words');
    promise(
      read.words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32),
      'a word of an address is none',
    );
    const again = parseAddress(read.text);
    promise(
      String(again?.words) === String(read.words),
      'an address changes when it is read twice',
    );
  },
};
