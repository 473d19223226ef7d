import { defaultDetectorSettings, type Policy } from '@stepgate/engine';
import type { CountingRules } from './ports/attempt-store.js';
import type { FatigueRules } from './ports/event-store.js';

/**
 * What the store counts for a policy, at an attempt at this action; null where nothing is attempted. A detector that is switched off is still counted, over its
 * default window: expressions may read the counts.
 */
export const countingRulesOf = (policy: Policy, action: string | null): CountingRules => {
  const { detectors } = policy;
  const defaults = defaultDetectorSettings;
  const windowOf = (
    name:
      | 'subject_failures'
      | 'subject_stuffing'
      | 'source_failures'
      | 'source_spraying'
      | 'push_approved_after_denials',
  ): number => detectors[name]?.windowMs ?? defaults[name]?.windowMs ?? 0;
  const spraying = detectors.network_spraying ?? defaults.network_spraying;
  return {
    policyName: policy.name,
    subjectFailuresWindowMs: windowOf('subject_failures'),
    sourceFailuresWindowMs: windowOf('source_failures'),
    sourceSubjectsWindowMs: windowOf('source_spraying'),
    subjectSourcesWindowMs: windowOf('subject_stuffing'),
    blockSubjectsWindowMs: spraying?.blockWindowMs ?? 0,
    networkSubjectsWindowMs: spraying?.networkWindowMs ?? 0,
    limits: policy.limits.filter(
      ({ actions }) => actions.length === 0 || (action !== null && actions.includes(action)),
    ),
    ladder: policy.pushLadder,
    tiredWindowMs: windowOf('push_approved_after_denials'),
  };
};

/** What the store needs to judge prompts by a policy. */
export const fatigueRulesOf = (policy: Policy): FatigueRules => {
  const settings = policy.detectors.push_approved_after_denials;
  return {
    policyName: policy.name,
    ladder: policy.pushLadder,
    tiredApprovalAt: settings?.unanswered ?? null,
    tiredWindowMs: countingRulesOf(policy, null).tiredWindowMs,
  };
};
