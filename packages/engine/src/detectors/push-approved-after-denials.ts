import { valueOf } from '../signal.js';
import type { Detector } from './detector.js';

/** The tired approval: ATT&CK T1621 ends with one prompt that the victim lets through. */
export const pushApprovedAfterDenials: Detector<
  'push_approved_after_denials',
  { points: number; unanswered: number; windowMs: number }
> = {
  reason: 'push_approved_after_denials',
  // An hour: twenty-five ignored prompts in forty-four minutes are one attack, not five.
  defaults: { points: 60, unanswered: 3, windowMs: 3_600_000 },
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
