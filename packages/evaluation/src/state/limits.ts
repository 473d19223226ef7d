import type { CountingRules } from '@stepgate/assessment';
import type { Instant, Limit, LimitUsage } from '@stepgate/engine';
import { getOrMake, sizeAfter, type TimedSet } from './timed-set.js';

export interface CountedAttempt {
  readonly per: Limit['per'];
  readonly by: string;
  readonly operation: string;
  /** A known device of the subject has a count of its own, which strangers cannot use up. */
  readonly knownDevice: string | null;
}

/** All prompts reach one phone, whichever device asks: a limit that names them stays common. */
const ownDevice = ({ actions }: Limit, { knownDevice }: CountedAttempt): string =>
  actions.includes('push_challenge') ? '' : (knownDevice ?? '');

export interface LimitCounters {
  /** Admitted by all limits of a dimension and counted by all, or by none (scripts/includes/limits.lua). */
  count(counting: CountingRules, counted: CountedAttempt, now: Instant): readonly LimitUsage[];
}

export const createLimitCounters = (): LimitCounters => {
  const counters = new Map<string, TimedSet>();
  return {
    count: (counting, counted, now) => {
      const { per, by, operation } = counted;
      const limits = counting.limits.filter((limit) => limit.per === per);
      const states = limits.map((limit) => {
        const device = ownDevice(limit, counted);
        const key = [per, by, counting.policyName, limit.name, device].join('\n');
        const counter = getOrMake(counters, key, (): TimedSet => new Map());
        const count = sizeAfter(counter, now - limit.windowMs);
        return { limit, counter, count, exceeded: count >= limit.max && !counter.has(operation) };
      });
      const admitted = states.every(({ exceeded }) => !exceeded);
      return states.map(({ limit, counter, count, exceeded }) => {
        const { name, max, windowMs } = limit;
        const isNew = admitted && !counter.has(operation);
        if (isNew) counter.set(operation, now);
        return { name, per, max, windowMs, count: count + (isNew ? 1 : 0), exceeded };
      });
    },
  };
};
