import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/** The tired approval: ATT&CK T1621 ends with one prompt that the victim lets through. */
export const pushApprovedAfterDenials: Detector<
  'push_approved_after_denials',
  { points: number; unanswered: number }
> = {
  reason: 'push_approved_after_denials',
  defaults: { points: 60, unanswered: 3 },
  detect: (evidence, { points, unanswered }) => {
    const push = valueOf(evidence.push);
    if (push === null || push.unansweredBeforeApproval < unanswered) return null;
    return {
      reason: 'push_approved_after_denials',
      points,
      detail: { unanswered: push.unansweredBeforeApproval },
    };
  },
};
