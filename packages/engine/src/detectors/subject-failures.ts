import { comesFromKnownDevice } from '../known-device.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/**
 * Anybody can fail in somebody's name. A known device pays nothing for it, or strangers could lock its
 * owner out (OWASP, device cookies).
 */
export const subjectFailures: Detector<
  'subject_failures',
  { points: number; failures: number; windowMs: number }
> = {
  reason: 'subject_failures',
  defaults: { points: 20, failures: 5, windowMs: 600_000 },
  detect: (evidence, { points, failures, windowMs }, now) => {
    const counts = valueOf(evidence.subjectFailures);
    if (counts === null || counts.tuned < failures) return null;
    if (comesFromKnownDevice(evidence, now)) return null;
    return {
      reason: 'subject_failures',
      points,
      detail: { failures: counts.tuned, window_minutes: windowMs / 60_000 },
    };
  },
};
