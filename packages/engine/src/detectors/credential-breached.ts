import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

const dayMs = 86_400_000;

export const credentialBreached: Detector<'credential_breached', { points: number }> = {
  reason: 'credential_breached',
  defaults: { points: 40 },
  detect: (evidence, { points }, now) => {
    const reportedAt = valueOf(evidence.credentialBreachedAt);
    if (reportedAt === null) return null;
    return {
      reason: 'credential_breached',
      points,
      detail: { reported_days_ago: Math.max(0, Math.floor((now - reportedAt) / dayMs)) },
    };
  },
};
