import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

export const countryUnseen: Detector<'country_unseen', { points: number }> = {
  reason: 'country_unseen',
  defaults: { points: 15 },
  detect: (evidence, { points }) => {
    const history = valueOf(evidence.history);
    const place = valueOf(evidence.geo);
    if (history === null || place === null || history.countrySeen) return null;
    return {
      reason: 'country_unseen',
      points,
      detail: { country: place.country, known_countries: history.knownCountries },
    };
  },
};
