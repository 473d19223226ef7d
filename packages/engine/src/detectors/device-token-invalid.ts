import type { DeviceTokenState } from '../evidence.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

type Problem = Exclude<DeviceTokenState, 'none' | 'valid'>;

/**
 * No browser alters its cookie, and no browser of alice's is given bob's: somebody works on them. An
 * expired one is said and costs nothing: who comes back after half a year is no worse than a stranger,
 * and a stranger is what `device_unseen` takes him for.
 */
export const deviceTokenInvalid: Detector<
  'device_token_invalid',
  { points: Readonly<Record<Problem, number>> }
> = {
  reason: 'device_token_invalid',
  defaults: { points: { tampered: 30, foreign_subject: 30, expired: 0 } },
  detect: (evidence, { points }) => {
    const token = valueOf(evidence.device)?.token ?? 'none';
    if (token === 'none' || token === 'valid') return null;
    return {
      reason: 'device_token_invalid',
      points: points[token],
      detail: { problem: token },
    };
  },
};
