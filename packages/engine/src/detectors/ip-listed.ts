import { valueOf } from '../signal.js';
import type { ReputationCategory } from '../evidence.js';
import type { Detector } from './detector.js';

/**
 * The dearest category counts, not their sum: one Tor exit stands on the tor, hosting and abuse lists
 * at once, and published results (TOPS 2022, RQ2) show unbounded reputation to hurt the innocent.
 */
export const ipListed: Detector<
  'ip_listed',
  { points: Readonly<Record<ReputationCategory, number>> }
> = {
  reason: 'ip_listed',
  defaults: { points: { tor: 35, vpn: 10, hosting: 15, relay: 5, abuse: 30 } },
  detect: (evidence, { points }) => {
    const categories = valueOf(evidence.reputation);
    if (categories === null || categories.length === 0) return null;
    return {
      reason: 'ip_listed',
      points: Math.max(...categories.map((category) => points[category])),
      detail: { categories },
    };
  },
};
