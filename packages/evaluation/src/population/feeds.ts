import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReputationCategory } from '@stepgate/engine';
import { createRandom } from './random.js';

/** Lists that others keep of bad and of shared addresses, IPv4; see shared/data/feeds. */
export interface Feeds {
  readonly tor: readonly string[];
  readonly vpn: readonly string[];
  readonly hosting: readonly string[];
  readonly relay: readonly string[];
  readonly abuse: readonly string[];
  readonly hostingAsns: readonly number[];
}

const files = {
  tor: 'tor-exit-nodes.lst',
  vpn: 'x4bnet-vpn-ipv4.txt',
  hosting: 'x4bnet-datacenter-ipv4.txt',
  relay: 'x4bnet-apple-private-relay.txt',
  abuse: 'ipsum-level3.txt',
} as const;

const linesOf = async (directory: string, file: string): Promise<readonly string[]> =>
  (await readFile(join(directory, file), 'utf8'))
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '' && !line.includes(':'));

const asnsOf = async (directory: string, file: string): Promise<readonly number[]> =>
  (await linesOf(directory, file)).map((line) => Number(line.replace(/^AS/i, '')));

/** @throws when the directory does not hold them. */
export const readFeeds = async (directory: string): Promise<Feeds> => {
  const read = (file: string): Promise<readonly string[]> => linesOf(directory, file);
  const [tor, vpn, hosting, relay, abuse, vpnAsns, hostingAsns] = await Promise.all([
    read(files.tor),
    read(files.vpn),
    read(files.hosting),
    read(files.relay),
    read(files.abuse),
    asnsOf(directory, 'x4bnet-vpn-asn.txt'),
    asnsOf(directory, 'x4bnet-datacenter-asn.txt'),
  ]);
  return { tor, vpn, hosting, relay, abuse, hostingAsns: [...vpnAsns, ...hostingAsns] };
};

/** Of 141 published takeovers, 77 came from a listed address: a list misses 45 % (risk-scoring 2.4). */
const knownShare = 0.55;

/** The /16 that an entry begins in. */
const neighbourhoodOf = (entry: string): string => entry.split('.', 2).join('.');

/**
 * The part of the lists that the service has. Attackers draw from the whole: a service that knew all
 * of their addresses would prove nothing. Relays are published by their operators, so all are known.
 */
export const knownLists = (
  feeds: Feeds,
  seed: number,
): Readonly<Record<Exclude<ReputationCategory, 'mobile' | 'satellite'>, readonly string[]>> => {
  // The lists overlap: were each entry drawn by itself, an address on two of them would be known to 80 %.
  const isKnown = (neighbourhood: string): boolean =>
    createRandom(`${String(seed)}/known-lists/${neighbourhood}`).chance(knownShare);
  const part = (list: readonly string[]): readonly string[] =>
    list.filter((entry) => isKnown(neighbourhoodOf(entry)));
  return {
    tor: part(feeds.tor),
    vpn: part(feeds.vpn),
    hosting: part(feeds.hosting),
    relay: feeds.relay,
    abuse: part(feeds.abuse),
  };
};
