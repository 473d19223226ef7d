import { isAtHome } from '../known-device.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/**
 * Spraying that changes its address within one hoster or carrier. Cheaper the wider the net: a
 * carrier's network holds a million innocents. The dearest scope counts, not the sum.
 */
export const networkSpraying: Detector<
  'network_spraying',
  {
    points: { block: number; network: number };
    distinctSubjects: { block: number; network: number };
    blockWindowMs: number;
    networkWindowMs: number;
  }
> = {
  reason: 'network_spraying',
  defaults: {
    points: { block: 25, network: 10 },
    distinctSubjects: { block: 20, network: 50 },
    blockWindowMs: 600_000,
    networkWindowMs: 3_600_000,
  },
  detect: (evidence, { points, distinctSubjects, blockWindowMs, networkWindowMs }, now) => {
    const source = valueOf(evidence.source);
    if (source === null || isAtHome(evidence, now)) return null;
    const scopes = [
      { scope: 'block', counted: source.blockSubjects.tuned, windowMs: blockWindowMs },
      { scope: 'network', counted: source.networkSubjects.tuned, windowMs: networkWindowMs },
    ] as const;
    const [dearest] = scopes
      .filter(({ scope, counted }) => counted >= distinctSubjects[scope])
      .toSorted((one, other) => points[other.scope] - points[one.scope]);
    if (dearest === undefined) return null;
    return {
      reason: 'network_spraying',
      points: points[dearest.scope],
      detail: {
        scope: dearest.scope,
        distinct_subjects: dearest.counted,
        window_minutes: dearest.windowMs / 60_000,
      },
    };
  },
};
