import { isAtHome } from '../known-device.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

export const sourceFailures: Detector<
  'source_failures',
  { points: number; failures: number; windowMs: number }
> = {
  reason: 'source_failures',
  defaults: { points: 15, failures: 20, windowMs: 600_000 },
  detect: (evidence, { points, failures, windowMs }, now) => {
    const source = valueOf(evidence.source);
    if (source === null || source.failures.tuned < failures) return null;
    if (isAtHome(evidence, now)) return null;
    return {
      reason: 'source_failures',
      points,
      detail: { failures: source.failures.tuned, window_minutes: windowMs / 60_000 },
    };
  },
};
