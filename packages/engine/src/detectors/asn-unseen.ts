import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

export const asnUnseen: Detector<'asn_unseen', { points: number }> = {
  reason: 'asn_unseen',
  defaults: { points: 10 },
  detect: (evidence, { points }) => {
    const history = valueOf(evidence.history);
    const network = valueOf(evidence.network);
    if (history === null || network === null || history.asnSeen) return null;
    return {
      reason: 'asn_unseen',
      points,
      detail: { asn: network.asn, known_asns: history.knownAsns },
    };
  },
};
