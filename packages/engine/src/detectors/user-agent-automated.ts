import type { Detector } from './detector.js';

/** A missing user agent counts as automated: leaving it out must not be cheaper than sending `curl`. */
export const userAgentAutomated: Detector<'user_agent_automated', { points: number }> = {
  reason: 'user_agent_automated',
  defaults: { points: 15 },
  detect: ({ userAgent }, { points }) => {
    if (userAgent.state === 'unavailable') return null;
    if (userAgent.state === 'observed' && !userAgent.value.automated) return null;
    const browser = userAgent.state === 'observed' ? userAgent.value.browser : null;
    return { reason: 'user_agent_automated', points, detail: { browser } };
  },
};
