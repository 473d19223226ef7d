import { keyTable } from './key-table.js';

export { keyTable };

/** Subjects and sources fall into this many groups; all keys of one group share a Cluster slot. */
export const shardCount = 64;

export type KeyConcept = keyof typeof keyTable;

const shardTags = Array.from(
  { length: shardCount },
  (_, shard) => `{s${shard.toString(16).padStart(2, '0')}}`,
);

/** `sg:v1:<concept>:{s1f}:`, to be followed by a hash. The braces are the Cluster hash tag. */
export const keyPrefix = (concept: KeyConcept, shard: number): string =>
  `sg:v1:${concept}:${shardTags[shard] ?? ''}:`;

/** Of which there is one in every shard. */
export type ShardConcept = 'outbox' | 'reviews' | 'open-alerts' | 'undelivered';

export const keyOf = (
  concept: Exclude<KeyConcept, ShardConcept | 'limit'>,
  shard: number,
  hash: string,
): string => keyPrefix(concept, shard) + hash;

/**
 * @param limitHash of the policy's and the limit's name, so that policies do not share a limit; with
 * the device behind it where a known device has a count of its own.
 */
export const limitKey = (shard: number, hash: string, limitHash: string): string =>
  `${keyPrefix('limit', shard)}${hash}.${limitHash}`;

export const shardKey = (concept: ShardConcept, shard: number): string =>
  `sg:v1:${concept}:${shardTags[shard] ?? ''}`;

export const shards: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);
