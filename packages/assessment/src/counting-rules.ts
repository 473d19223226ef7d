import { defaultDetectorSettings, type Policy } from '@stepgate/engine';
import type { CountingRules } from './ports/attempt-store.js';

/**
 * What the store counts for a policy. A detector that is switched off is still counted, over its
 * default window: expressions may read the counts.
 */
export const countingRulesOf = (policy: Policy): CountingRules => {
  const { detectors } = policy;
  const defaults = defaultDetectorSettings;
  const windowOf = (name: 'subject_failures' | 'source_failures' | 'source_spraying'): number =>
    detectors[name]?.windowMs ?? defaults[name]?.windowMs ?? 0;
  return {
    policyName: policy.name,
    subjectFailuresWindowMs: windowOf('subject_failures'),
    sourceFailuresWindowMs: windowOf('source_failures'),
    sourceSubjectsWindowMs: windowOf('source_spraying'),
    limits: policy.limits,
    ladder: policy.pushLadder,
  };
};
