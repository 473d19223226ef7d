import { daysMs, hoursMs, minutesMs } from './durations.js';
import type { KeyRow } from './key-row.js';

/** Subjects and sources fall into this many groups; all keys of one group share a Cluster slot. */
export const shardCount = 64;

/** Every key that exists. README.md shows this table; a test compares a used database with it. */
export const keyTable = {
  profile: {
    type: 'hash',
    hash: 'subject',
    ttlMs: daysMs(180),
    ttl: '180 d since the last proven login',
    writers: ['record-event'],
    readers: ['admit-attempt', 'open-decision', 'review-episode', 'view'],
    bound:
      '16 devices and countries, 32 networks and addresses, 16 user agents and browsers, 8 systems, 5 device types, 16 round trip times, 3 places; the least recently seen leaves',
  },
  failures: {
    type: 'zset',
    hash: 'subject',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last failure',
    writers: ['record-event', 'settle-decision'],
    readers: ['admit-attempt', 'view'],
    bound: '256 failures',
  },
  'failing-sources': {
    type: 'zset',
    hash: 'subject',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last failure from a known address',
    writers: ['record-event'],
    readers: ['admit-attempt'],
    bound: '256 sources, the latest; exact up to that, at least that many beyond',
  },
  push: {
    type: 'zset',
    hash: 'subject',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last prompt, or the window of the ladder when that is longer',
    writers: ['record-event'],
    readers: ['admit-attempt', 'open-decision', 'record-event', 'review-episode', 'view'],
    bound: '512 prompts and answers',
  },
  guard: {
    type: 'hash',
    hash: 'subject',
    ttlMs: daysMs(90),
    ttl: 'as long as what it holds matters: lock, aftermath, 24 h for the version, 90 d for a breach',
    writers: ['record-event', 'review-episode', 'settle-decision', 'erase-subject'],
    readers: [
      'admit-attempt',
      'open-decision',
      'settle-decision',
      'record-event',
      'review-episode',
      'view',
    ],
    bound: '9 fields',
  },
  episode: {
    type: 'hash',
    hash: 'subject',
    ttlMs: hoursMs(26),
    ttl: 'the window of the ladder and the quiet time after it, from the last prompt; gone at a login from a proven device',
    writers: ['record-event', 'review-episode'],
    readers: ['record-event', 'review-episode', 'view'],
    bound: '14 fields, 16 sources, 16 devices',
  },
  seen: {
    type: 'zset',
    hash: 'subject',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last event',
    writers: ['record-event'],
    readers: ['record-event'],
    bound: '2,000 event ids',
  },
  decisions: {
    type: 'string',
    hash: 'subject',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last decision',
    writers: ['record-decision'],
    readers: ['erase-subject'],
    bound: '100 decisions',
  },
  seal: {
    type: 'string',
    hash: 'seal, in the shard of the subject',
    ttlMs: daysMs(90),
    ttl: '90 d since the last prompt: longer than an alert may wait for its sinks or lie with the dead letters',
    writers: ['SET NX', 'erase-subject'],
    readers: ['GET'],
    bound: 'one for each subject that was prompted',
  },
  attempt: {
    type: 'string',
    hash: 'attempt',
    ttlMs: hoursMs(24),
    ttl: '24 h',
    writers: ['admit-attempt'],
    readers: ['admit-attempt'],
    bound: 'one per attempt id',
  },
  claim: {
    type: 'string',
    hash: 'attempt',
    ttlMs: hoursMs(24),
    ttl: '24 h',
    writers: ['SET NX'],
    readers: ['GET'],
    bound: 'one per attempt id',
  },
  decision: {
    type: 'string',
    hash: 'decision',
    ttlMs: hoursMs(24),
    ttl: '24 h',
    writers: ['record-decision', 'settle-decision', 'erase-subject'],
    readers: ['record-decision', 'open-decision', 'settle-decision', 'GET'],
    bound: 'one per decision',
  },
  nonce: {
    type: 'string',
    hash: 'caller and nonce',
    ttlMs: minutesMs(11),
    ttl: 'as long as the signed request could be sent again: 1 to 11 min',
    writers: ['SET NX'],
    readers: ['SET NX'],
    bound: 'one per signed request',
  },
  limit: {
    type: 'zset',
    hash: 'subject, source or tenant, and limit',
    ttlMs: daysMs(7),
    ttl: 'the window of the limit',
    writers: ['admit-attempt', 'admit-source', 'admit-tenant'],
    readers: ['admit-attempt', 'admit-source', 'admit-tenant'],
    bound: 'max of the limit, and as many for each known device of a subject',
  },
  'source-failures': {
    type: 'zset',
    hash: 'source',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last failure',
    writers: ['record-failure'],
    readers: ['admit-source'],
    bound: '1,024 failures',
  },
  'source-subjects': {
    type: 'zset',
    hash: 'source',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last failure',
    writers: ['record-failure'],
    readers: ['admit-source'],
    bound: '1,024 subjects, the latest; exact up to that, at least that many beyond',
  },
  'source-proven': {
    type: 'zset',
    hash: 'source',
    ttlMs: daysMs(30),
    ttl: '30 d since the last proven login',
    writers: ['note-subject'],
    readers: ['admit-source'],
    bound: '64 subjects, the latest',
  },
  'network-subjects': {
    type: 'zset',
    hash: 'block or network',
    ttlMs: hoursMs(24),
    ttl: '24 h since the last failure',
    writers: ['note-subject'],
    readers: ['ZCOUNT'],
    bound:
      '1,024 subjects, the latest, five of each source at most; exact up to that, at least that many beyond',
  },
  population: {
    type: 'hash',
    hash: 'tenant, in the shard of the subject',
    ttlMs: daysMs(180),
    ttl: '180 d since the last proven login in the shard',
    writers: ['record-event'],
    readers: ['HGETALL'],
    bound: '1,024 counts in each of 64 shards; beyond, all are halved and single sightings leave',
  },
  'campaign-subjects': {
    type: 'zset',
    hash: 'source, network or tenant',
    ttlMs: hoursMs(2),
    ttl: 'twice the window of campaigns, from the last prompt',
    writers: ['count-campaign'],
    readers: ['count-campaign', 'review-campaign'],
    bound: '1,024 subjects',
  },
  campaign: {
    type: 'hash',
    hash: 'source, network or tenant',
    ttlMs: hoursMs(27),
    ttl: 'a day, the window and the quiet time of campaigns, from the last prompt',
    writers: ['count-campaign', 'review-campaign'],
    readers: ['count-campaign', 'review-campaign'],
    bound: '64 fields',
  },
  reviews: {
    type: 'zset',
    hash: 'none',
    ttlMs: daysMs(30),
    ttl: '30 d since the last prompt in the shard',
    writers: [
      'record-event',
      'review-episode',
      'count-campaign',
      'review-campaign',
      'erase-subject',
    ],
    readers: ['ZRANGEBYSCORE'],
    bound: 'one for each subject with a waiting prompt and each open alert',
  },
  'open-alerts': {
    type: 'zset',
    hash: 'none',
    ttlMs: daysMs(30),
    ttl: '30 d since an alert opened in the shard',
    writers: [
      'record-event',
      'review-episode',
      'count-campaign',
      'review-campaign',
      'erase-subject',
    ],
    readers: ['ZCARD'],
    bound: 'open alerts, at most 30 d old',
  },
  undelivered: {
    type: 'hash',
    hash: 'none',
    ttlMs: null,
    ttl: 'none: a message stays until it has reached its sinks or the dead letters',
    writers: ['HSET', 'HDEL'],
    readers: ['HGETALL'],
    bound: 'messages in the queue',
  },
  outbox: {
    type: 'stream',
    hash: 'none',
    ttlMs: null,
    ttl: 'none: an alert stays until it is delivered to the queue',
    writers: ['record-event', 'review-episode', 'count-campaign', 'review-campaign'],
    readers: ['XRANGE', 'XDEL'],
    bound: '64 streams of about 10,000 alerts',
  },
  instance: {
    type: 'string',
    hash: 'deployment',
    ttlMs: null,
    ttl: 'none: where it is missing, the state is gone and nothing is answered as if it were new',
    writers: ['SET NX'],
    readers: ['all scripts', 'GET'],
    bound: '64 for each secret that was ever initialised',
  },
  barrier: {
    type: 'string',
    hash: 'deployment',
    ttlMs: hoursMs(1),
    ttl: '1 h since the last durable write',
    writers: ['SET'],
    readers: ['none: it is written for its place in the replication stream'],
    bound: 'one for each secret',
  },
} as const satisfies Readonly<Record<string, KeyRow>>;

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
