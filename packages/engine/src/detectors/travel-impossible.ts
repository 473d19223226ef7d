import { exitsOf } from '../travel.js';
import type { Detector } from './detector.js';
import {
  impossibleTravel,
  travelDefaults,
  travelDetail,
  type TravelSettings,
} from './impossible-travel.js';

/**
 * Speaks only where the attempt's location is its user's own: behind a VPN, a relay, a carrier or a
 * satellite it is the exit's, and `travel_unconfirmed` says so at a lower price.
 *
 * Wrong alarm: every phone that leaves the house's Wi-Fi would be stepped up, until people approve
 * whatever is put before them. Wrong silence: a thief may choose a VPN for the discount. He is dearer
 * all the same by what he cannot choose (device, network, country unseen, the listing itself), and an
 * exit next door to his victim would have cost him no journey at any price. Tor gets no discount.
 */
export const travelImpossible: Detector<'travel_impossible', TravelSettings> = {
  reason: 'travel_impossible',
  defaults: { points: 40, ...travelDefaults },
  detect: (evidence, settings, now) => {
    if (exitsOf(evidence).length > 0) return null;
    const travel = impossibleTravel(evidence, settings, now);
    if (travel === null) return null;
    return {
      reason: 'travel_impossible',
      points: settings.points,
      detail: travelDetail(travel),
    };
  },
};
