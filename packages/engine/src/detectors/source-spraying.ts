import { isAtHome } from '../known-device.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/** Password spraying, ATT&CK T1110.003. Failures only: an office behind one address is no sprayer. */
export const sourceSpraying: Detector<
  'source_spraying',
  { points: number; distinctSubjects: number; windowMs: number }
> = {
  reason: 'source_spraying',
  defaults: { points: 50, distinctSubjects: 10, windowMs: 600_000 },
  detect: (evidence, { points, distinctSubjects, windowMs }, now) => {
    const source = valueOf(evidence.source);
    if (source === null || source.failedSubjects.tuned < distinctSubjects) return null;
    if (isAtHome(evidence, now)) return null;
    return {
      reason: 'source_spraying',
      points,
      detail: {
        distinct_subjects: source.failedSubjects.tuned,
        window_minutes: windowMs / 60_000,
      },
    };
  },
};
