import { exitsOf } from '../travel.js';
import type { Detector } from './detector.js';
import {
  impossibleTravel,
  travelDefaults,
  travelDetail,
  type TravelSettings,
} from './impossible-travel.js';

/**
 * The same journey as `travel_impossible`, to an exit that its user need not stand beside. A reason of
 * its own, so that a rule on impossible travel does not cry wolf over carriers, aeroplanes and relays.
 * The points decide nothing alone; with a second doubt (a new network, a listed VPN) they do.
 */
export const travelUnconfirmed: Detector<'travel_unconfirmed', TravelSettings> = {
  reason: 'travel_unconfirmed',
  defaults: { points: 10, ...travelDefaults },
  detect: (evidence, settings, now) => {
    const exits = exitsOf(evidence);
    if (exits.length === 0) return null;
    const travel = impossibleTravel(evidence, settings, now);
    if (travel === null) return null;
    return {
      reason: 'travel_unconfirmed',
      points: settings.points,
      detail: { ...travelDetail(travel), exits },
    };
  },
};
