import type { DeviceTokens } from '@stepgate/assessment';
import { dayMs } from './timed-set.js';

const separator = '|';

/**
 * Tokens that are their own content: in a replay nobody tampers, so nothing need be sealed. Judged as
 * the sealed ones are, in the same order.
 */
export const createPlainDeviceTokens = (lifetimeDays: number): DeviceTokens => ({
  issue: ({ holder, deviceId, now }) => {
    const expiresAt = now + lifetimeDays * dayMs;
    return { text: [deviceId, now, expiresAt, holder.subject].join(separator), expiresAt };
  },
  read: (text, { holder, now }) => {
    const [deviceId = '', issued, expires, ...subject] = text.split(separator);
    const [issuedAt, expiresAt] = [Number(issued), Number(expires)];
    if (deviceId === '' || !Number.isInteger(issuedAt) || !Number.isInteger(expiresAt)) {
      return { kind: 'tampered' };
    }
    if (subject.join(separator) !== holder.subject) return { kind: 'foreign_subject' };
    return expiresAt > now ? { kind: 'valid', deviceId, issuedAt, expiresAt } : { kind: 'expired' };
  },
});
