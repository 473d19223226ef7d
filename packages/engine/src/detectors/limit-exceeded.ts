import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/** The outcome comes from the limit itself; the points are for policies that decide by score. */
export const limitExceeded: Detector<'limit_exceeded', { points: number }> = {
  reason: 'limit_exceeded',
  defaults: { points: 0 },
  detect: (evidence, { points }) => {
    const exceeded = valueOf(evidence.limits)?.find((limit) => limit.exceeded);
    if (exceeded === undefined) return null;
    return {
      reason: 'limit_exceeded',
      points,
      detail: {
        limit: exceeded.name,
        per: exceeded.per,
        max: exceeded.max,
        window_minutes: exceeded.windowMs / 60_000,
      },
    };
  },
};
