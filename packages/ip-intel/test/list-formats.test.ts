import { parseListLine } from '../src/reputation/list-line.js';
import { isListPath, parseListName } from '../src/reputation/list-name.js';
import { parseRange } from '../src/range.js';

const read = (line: string): ReturnType<typeof parseListLine> => parseListLine(line, 3);

describe('a line of a list', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['  203.0.113.7  # seen twice', '203.0.113.7'],
    ['198.51.100.0/24', '198.51.100.0/24'],
    ['198.51.100.77/24', '198.51.100.0/24'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['2001:DB8::7', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['203.0.113.7\t3', '203.0.113.7'],
    ['203.0.113.7 10', '203.0.113.7'],
  ])('%j lists %s', (line, block) => {
    expect(read(line)).toEqual({ kind: 'range', range: parseRange(block) });
  });

  it.each([
    ['AS9009 # M247, GB', 9009],
    ['as64512', 64512],
    ['AS4294967295', 4294967295],
  ])('%j lists a network', (line, asn) => {
    expect(read(line)).toEqual({ kind: 'asn', asn });
  });

  it.each([[''], ['   '], ['# comment'], ['#'], ['# updated: soon']])('%j says nothing', (line) => {
    expect(read(line)).toEqual({ kind: 'blank' });
  });

  it('is left out below the least count, and kept at it', () => {
    expect(parseListLine('203.0.113.7\t2', 3)).toEqual({ kind: 'below' });
    expect(parseListLine('203.0.113.7\t2', 2).kind).toBe('range');
  });

  it('may say when the list was made', () => {
    expect(read('# updated: 2026-08-22')).toEqual({
      kind: 'updated',
      date: new Date('2026-08-22'),
    });
  });

  it.each([
    ['evil.example', 'not an address, block or AS number'],
    ['<!DOCTYPE html>', 'count is not a number'],
    ['203.0.113.7 bad', 'count is not a number'],
    ['203.0.113.7 -1', 'count is not a number'],
    ['203.0.113.7 1 2', 'more than an entry and a count'],
    ['300.0.113.7', 'not an address, block or AS number'],
    ['0.0.0.0/0', 'block too wide'],
    ['10.0.0.0/7', 'block too wide'],
    ['2000::/3', 'block too wide'],
    ['AS0', 'AS number out of range'],
    ['AS4294967296', 'AS number out of range'],
    ['1'.repeat(2000), 'line too long'],
  ])('is refused with its reason: %.20s', (line, why) => {
    expect(read(line)).toEqual({ kind: 'bad', why });
  });
});

describe('the name of a list', () => {
  it.each([
    ['tor.exits.txt', 'tor', 3],
    ['vpn.x4bnet-ipv4.netset', 'vpn', 3],
    ['relay/apple.lst', 'relay', 3],
    ['hosting/tor.txt', 'hosting', 3],
    ['abuse.ipsum.min5.txt', 'abuse', 5],
    ['abuse.min1.txt', 'abuse', 1],
    ['tors.txt', null, 3],
    ['toString.txt', null, 3],
    ['lists/tor.txt', null, 3],
  ])('%s says %s, from %d reports on', (path, category, minimumCount) => {
    expect(parseListName(path)).toEqual({ category, minimumCount });
  });

  it.each([
    ['tor.txt', true],
    ['unknown.txt', true],
    ['README.md', false],
    ['LICENSE-x4bnet-mit.txt', false],
    ['..data/tor.txt', false],
    ['.tor.txt', false],
    ['tor.txt.new', false],
    ['tor.json', false],
  ])('%s is a list: %s', (path, expected) => {
    expect(isListPath(path)).toBe(expected);
  });
});
