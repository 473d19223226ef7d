import type { Instant } from '@stepgate/engine';
import type { WindowCounts } from '@stepgate/engine';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** Bounds of a set, as its key has them in Redis. */
export interface Bounds {
  readonly keptMs: number;
  readonly cap: number;
}

/** Members with the time of each: what a sorted set is to the scripts (scripts/includes/windows.lua). */
export type TimedSet = Map<string, Instant>;

const dropOldest = (set: TimedSet, cap: number): void => {
  if (set.size <= cap) return;
  const byAge = [...set].toSorted(
    ([one, at], [other, otherAt]) => at - otherAt || (one < other ? -1 : 1),
  );
  for (const [member] of byAge.slice(0, set.size - cap)) set.delete(member);
};

const dropUntil = (set: TimedSet, last: Instant): number => {
  const before = set.size;
  for (const [member, at] of set) if (at <= last) set.delete(member);
  return before - set.size;
};

/** Of the last `windowMs`, and later than now: a clock that steps back lets nothing through. */
export const countWithin = (set: TimedSet | undefined, now: Instant, windowMs: number): number => {
  let count = 0;
  if (set === undefined) return count;
  for (const at of set.values()) if (at > now - windowMs) count += 1;
  return count;
};

const none: WindowCounts = { tuned: 0, last10m: 0, last1h: 0, last24h: 0 };

export const countWindows = (
  set: TimedSet | undefined,
  now: Instant,
  tunedMs: number,
): WindowCounts => {
  if (set === undefined || set.size === 0) return none;
  const last24h = countWithin(set, now, dayMs);
  // All of them are none when the longest of the usual windows is empty, as the scripts have it.
  if (last24h === 0) return none;
  return {
    tuned: countWithin(set, now, tunedMs),
    last10m: countWithin(set, now, 10 * minuteMs),
    last1h: countWithin(set, now, hourMs),
    last24h,
  };
};

interface Sighting {
  readonly member: string;
  readonly at: Instant;
  readonly now: Instant;
}

/** False when the member was there before. */
export const addOnce = (set: TimedSet, { member, at, now }: Sighting, bounds: Bounds): boolean => {
  if (set.has(member)) return false;
  set.set(member, at);
  dropUntil(set, now - bounds.keptMs);
  dropOldest(set, bounds.cap);
  return true;
};

/** The member's latest sighting counts. */
export const addLatest = (set: TimedSet, { member, at, now }: Sighting, bounds: Bounds): void => {
  set.set(member, Math.max(at, set.get(member) ?? at));
  dropUntil(set, now - bounds.keptMs);
  dropOldest(set, bounds.cap);
};

/** How many are left once those until `last` are gone. */
export const sizeAfter = (set: TimedSet, last: Instant): number => {
  dropUntil(set, last);
  return set.size;
};

/** The value of a key; made when there is none. */
export const getOrMake = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
};
