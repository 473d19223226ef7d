import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/**
 * A login that names no device costs as much as one from a strange device: otherwise a thief would
 * simply leave the device out.
 */
export const deviceUnseen: Detector<'device_unseen', { points: number }> = {
  reason: 'device_unseen',
  defaults: { points: 20 },
  detect: (evidence, { points }) => {
    const history = valueOf(evidence.history);
    if (history === null || history.device !== null) return null;
    return {
      reason: 'device_unseen',
      points,
      detail: {
        known_devices: history.knownDevices,
        device_sent: evidence.device.state === 'observed',
      },
    };
  },
};
