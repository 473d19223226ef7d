import { comesFromKnownDevice } from '../known-device.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/**
 * Many addresses try one account, each a few times (ATT&CK T1110.004 from a botnet). As with
 * `subject_failures`, a known device does not pay for what strangers do.
 */
export const subjectStuffing: Detector<
  'subject_stuffing',
  { points: number; distinctSources: number; windowMs: number }
> = {
  reason: 'subject_stuffing',
  defaults: { points: 20, distinctSources: 5, windowMs: 3_600_000 },
  detect: (evidence, { points, distinctSources, windowMs }, now) => {
    const counts = valueOf(evidence.subjectSources);
    if (counts === null || counts.tuned < distinctSources) return null;
    if (comesFromKnownDevice(evidence, now)) return null;
    return {
      reason: 'subject_stuffing',
      points,
      detail: { sources: counts.tuned, window_minutes: windowMs / 60_000 },
    };
  },
};
