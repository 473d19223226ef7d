import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

const hoursADay = 24;

/** Neighbouring hours count as well: nobody signs in by the minute hand. */
const loginsAround = (loginsByHour: readonly number[], hour: number): number =>
  [-1, 0, 1].reduce(
    (sum, offset) => sum + (loginsByHour[(hour + offset + hoursADay) % hoursADay] ?? 0),
    0,
  );

export const hourUnusual: Detector<
  'hour_unusual',
  { points: number; minLogins: number; maxSharePercent: number }
> = {
  reason: 'hour_unusual',
  // Fewer logins than this say nothing about a habit.
  defaults: { points: 5, minLogins: 20, maxSharePercent: 2 },
  detect: (evidence, { points, minLogins, maxSharePercent }, now) => {
    const history = valueOf(evidence.history);
    if (history === null) return null;
    const logins = history.loginsByHour.reduce((sum, count) => sum + count, 0);
    if (logins < minLogins) return null;
    const hour = new Date(now).getUTCHours();
    const sharePercent = (100 * loginsAround(history.loginsByHour, hour)) / logins;
    if (sharePercent > maxSharePercent) return null;
    return {
      reason: 'hour_unusual',
      points,
      detail: { hour_utc: hour, share_percent: Math.round(sharePercent * 10) / 10, logins },
    };
  },
};
