import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ReputationCategory } from '@stepgate/engine';
import type { Feeds } from '../population/index.js';
import { addressText } from '../population/ip-range.js';

const readLists = async (
  directory: string,
  category: ReputationCategory,
): Promise<readonly string[]> => {
  const files = (await readdir(directory)).filter(
    (name) => name.startsWith(`${category}.`) && name.endsWith('.txt'),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '' && !line.includes(':'));
};

const isAsn = (line: string): boolean => /^AS\d+$/i.test(line);
const asnOf = (line: string): number => Number(line.slice(2));

/** The blocks that a range of addresses is made of. */
const blocksOf = (first: number, last: number): readonly string[] => {
  const blocks: string[] = [];
  for (let at = first; at <= last;) {
    let bits = 0;
    while (bits < 32 && at % 2 ** (bits + 1) === 0 && at + 2 ** (bits + 1) - 1 <= last) bits += 1;
    blocks.push(`${addressText(at)}/${String(32 - bits)}`);
    at += 2 ** bits;
  }
  return blocks;
};

const readBlocks = async (asns: ReadonlySet<number>): Promise<ReadonlyMap<number, string[]>> => {
  const table = createRequire(import.meta.url).resolve('@ip-location-db/asn/package.json');
  const blocks = new Map<number, string[]>();
  for (const line of (await readFile(join(dirname(table), 'asn-ipv4-num.csv'), 'utf8')).split(
    '\n',
  )) {
    const [first, last, asn] = line.split(',', 3);
    if (!asns.has(Number(asn))) continue;
    const known = blocks.get(Number(asn)) ?? [];
    blocks.set(Number(asn), known);
    known.push(...blocksOf(Number(first), Number(last)));
  }
  return blocks;
};

/**
 * Feeds for whoever has none but the shipped lists: these name networks where feeds name blocks, so
 * the blocks are looked up. Lists of five sources or more stand in for those of three.
 */
export const feedsOfLists = async (directory: string): Promise<Feeds> => {
  const read = (category: ReputationCategory) => readLists(directory, category);
  const [tor, vpn, hosting, relay, abuse] = await Promise.all([
    read('tor'),
    read('vpn'),
    read('hosting'),
    read('relay'),
    read('abuse'),
  ]);
  const asns = [...vpn, ...hosting].filter(isAsn).map(asnOf);
  const blocks = await readBlocks(new Set(asns));
  const spellOut = (list: readonly string[]): readonly string[] =>
    list.flatMap((line) => (isAsn(line) ? (blocks.get(asnOf(line)) ?? []) : [line]));
  return {
    tor,
    vpn: spellOut(vpn),
    hosting: spellOut(hosting),
    relay,
    abuse,
    hostingAsns: asns,
  };
};
