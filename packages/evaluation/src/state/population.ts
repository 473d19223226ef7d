import type { Population, PopulationSource } from '@stepgate/assessment';
import type { Familiarity, Instant, TraitLevel } from '@stepgate/engine';
import { countTraits, fieldsOf, kindOf } from './names.js';

/** As in Redis (scripts/includes/population.lua): so many hashes, and so many counts in each. */
const shardCount = 64;
const shardCap = 1_024;

type Counts = Map<string, number>;

export interface ReplayPopulation extends PopulationSource {
  count(lesson: {
    readonly subject: string;
    readonly traits: string;
    readonly at: Instant;
    readonly isFirst: boolean;
    /** From a device that was known by then. */
    readonly returns: boolean;
  }): void;
}

/** FNV-1a; any hash will do that spreads subjects evenly. */
const shardOf = (subject: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < subject.length; index += 1) {
    hash = Math.imul(hash ^ subject.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shardCount;
};

/** The reading in use: counts of all shards, and how many distinct values each kind has. */
interface Reading {
  readonly counts: Counts;
  readonly distinct: Counts;
}

const applyTo = ({ counts, distinct }: Reading, field: string, change: number): void => {
  const before = counts.get(field) ?? 0;
  const after = before + change;
  const kind = field.slice(0, 1);
  if (before === 0 && after > 0) distinct.set(kind, (distinct.get(kind) ?? 0) + 1);
  if (after === 0) {
    counts.delete(field);
    if (before > 0) distinct.set(kind, (distinct.get(kind) ?? 0) - 1);
  } else counts.set(field, after);
};

const distinctIn = ({ distinct }: Reading): NonNullable<Familiarity['population']>['distinct'] => {
  const of = (level: TraitLevel): number => distinct.get(kindOf[level]) ?? 0;
  return {
    address: of('address'),
    asn: of('asn'),
    country: of('country'),
    userAgent: of('userAgent'),
    browser: of('browser'),
    os: of('os'),
    deviceType: of('deviceType'),
    rtt: of('rtt'),
    hour: of('hour'),
  };
};

const populationOf = (reading: Reading): Population => {
  const countOf = (field: string): number => reading.counts.get(field) ?? 0;
  return {
    familiarTo: (traits, at) => ({
      logins: countOf('N'),
      subjects: countOf('U'),
      returns: countOf('K'),
      counts: countTraits(
        traits,
        countOf,
        countOf(`${kindOf.hour}:${String(new Date(at).getUTCHours())}`),
      ),
      distinct: distinctIn(reading),
    }),
  };
};

/**
 * Counts of one tenant. What an engine reads now and then is a reading that changes at that moment
 * only: what is counted in between waits, as changes to it, so that no reading costs a copy.
 *
 * @param refreshMs how far time must have moved for the next reading, in either direction.
 */
export const createReplayPopulation = (refreshMs: number): ReplayPopulation => {
  const shards = Array.from({ length: shardCount }, (): Counts => new Map());
  const reading: Reading = { counts: new Map(), distinct: new Map() };
  const population = populationOf(reading);
  let waiting: [field: string, change: number][] = [];
  let readAt: Instant | null = null;

  const halve = (shard: Counts): void => {
    for (const [field, count] of shard) {
      const half = Math.floor(count / 2);
      if (half > 0) shard.set(field, half);
      else shard.delete(field);
      waiting.push([field, half - count]);
    }
  };
  return {
    count: ({ subject, traits, at, isFirst, returns }) => {
      const shard = shards[shardOf(subject)] ?? new Map<string, number>();
      const add = (field: string): void => {
        shard.set(field, (shard.get(field) ?? 0) + 1);
        waiting.push([field, 1]);
      };
      add('N');
      if (isFirst) add('U');
      if (returns) add('K');
      add(`${kindOf.hour}:${String(new Date(at).getUTCHours())}`);
      for (const field of fieldsOf(traits)) add(field);
      while (shard.size > shardCap) halve(shard);
    },
    current: () => (readAt === null ? null : population),
    keepUp: (_tenant, devNow) => {
      if (devNow !== null && (readAt === null || Math.abs(devNow - readAt) >= refreshMs)) {
        for (const [field, change] of waiting) applyTo(reading, field, change);
        waiting = [];
        readAt = devNow;
      }
      return Promise.resolve();
    },
  };
};
