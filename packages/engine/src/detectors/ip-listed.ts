import type { ReputationCategory } from '../evidence.js';
import { isAtHome } from '../known-device.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/**
 * The dearest category counts, not their sum: one Tor exit stands on the tor, hosting and abuse lists
 * at once, and published results (TOPS 2022, RQ2) show unbounded reputation to hurt the innocent.
 * A phone's carrier and a satellite are listed for the sake of travel, not held against anybody: what
 * costs nothing is no finding. Nor is `abuse`, to the known device of somebody who is at home on an
 * address that `sharedSubjects` people share: an office or a carrier is listed for one of them.
 */
export const ipListed: Detector<
  'ip_listed',
  { points: Readonly<Record<ReputationCategory, number>>; sharedSubjects: number }
> = {
  reason: 'ip_listed',
  defaults: {
    points: { tor: 35, vpn: 10, hosting: 15, relay: 5, abuse: 30, mobile: 0, satellite: 0 },
    sharedSubjects: 5,
  },
  detect: (evidence, { points, sharedSubjects }, now) => {
    const categories = valueOf(evidence.reputation);
    if (categories === null) return null;
    // Lists of VPNs and data centres hold the relays as well; whoever runs a relay says which it is.
    const isRelay = categories.includes('relay');
    const held = categories.filter((each) => !isRelay || (each !== 'vpn' && each !== 'hosting'));
    const isShared = (valueOf(evidence.source)?.provenSubjects ?? 0) >= sharedSubjects;
    const priced = isShared && isAtHome(evidence, now) ? { ...points, abuse: 0 } : points;
    const dearest = Math.max(0, ...held.map((category) => priced[category]));
    return dearest === 0 ? null : { reason: 'ip_listed', points: dearest, detail: { categories } };
  },
};
