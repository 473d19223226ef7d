import type { Evidence } from '../evidence.js';
import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

const dayMs = 86_400_000;
/** Share of a tenant's logins that come from devices seen before, where its gateways keep the tokens. */
const leastReturns = 0.1;

/**
 * The system is one that the subject signs in with, and the browser does not bring the token that the
 * subject's browser has. New devices mostly look new; a thief copies the victim's user agent, and the
 * published ratio then takes him for the owner. What cannot be read is no excuse. A caller with ids of
 * its own says by the id that this is another device; where nobody
 * keeps the tokens, no device ever returns, and none is missed.
 */
const looksKnown = (evidence: Evidence, knownDevices: number): boolean => {
  if (knownDevices === 0) return false;
  const claim = valueOf(evidence.device);
  if (claim !== null && (claim.named || claim.token !== 'none')) return false;
  const familiarity = valueOf(evidence.familiarity);
  if (familiarity === null) return true;
  const { own, population } = familiarity;
  const isUsual = population !== null && population.returns >= leastReturns * population.logins;
  return isUsual && own.os !== 0;
};

/**
 * A login that names no device costs as much as one from a strange device: otherwise a thief would
 * simply leave the device out.
 *
 * One that is known and looks otherwise is weak evidence: what a browser says of itself is copied as
 * easily as its cookie, and an upgrade may change it. It tells of the thief who took the cookie and did
 * not take the trouble; he must not pay less for throwing it away, so it never costs more than none.
 */
export const deviceUnseen: Detector<
  'device_unseen' | 'device_changed',
  { points: number; looksKnownPoints: number; changedPoints: number }
> = {
  reason: 'device_unseen',
  defaults: { points: 20, looksKnownPoints: 12, changedPoints: 5 },
  detect: (evidence, { points, looksKnownPoints, changedPoints }, now) => {
    const history = valueOf(evidence.history);
    if (history === null) return null;
    const { device, knownDevices } = history;
    if (device === null) {
      const deviceSent = evidence.device.state === 'observed';
      const imitated = looksKnown(evidence, knownDevices);
      return {
        reason: 'device_unseen',
        points: Math.min(100, points + (imitated ? looksKnownPoints : 0)),
        detail: { known_devices: knownDevices, device_sent: deviceSent, looks_known: imitated },
      };
    }
    if (device.sameFingerprint !== false) return null;
    return {
      reason: 'device_changed',
      points: Math.min(points, changedPoints),
      detail: { last_seen_days: Math.max(0, Math.floor((now - device.lastSeenAt) / dayMs)) },
    };
  },
};
