import { policyWith, settingsWith } from '@stepgate/testing';
import { countingRulesOf } from '../src/index.js';

const limit = (name: string, actions: readonly string[]) =>
  ({
    name,
    per: 'subject',
    actions,
    max: 3,
    windowMs: 600_000,
    then: { outcome: 'step_up', require: 'mfa', forbid: ['push'], numberMatching: false },
  }) as const;

describe('what is counted at an attempt', () => {
  const policy = policyWith({
    limits: [limit('attempts', []), limit('prompts', ['push_challenge'])],
  });
  const counted = (action: string | null) =>
    countingRulesOf(policy, action).limits.map(({ name }) => name);

  it('is held to the limits of its own action and of all actions', () => {
    expect(counted('login')).toEqual(['attempts']);
    expect(counted('push_challenge')).toEqual(['attempts', 'prompts']);
    expect(counted(null)).toEqual(['attempts']);
  });

  it('is counted over the windows that the detectors ask for, switched off or not', () => {
    const detectors = settingsWith({
      subject_stuffing: { points: 20, distinctSources: 5, windowMs: 1_000 },
      network_spraying: null,
    });
    expect(countingRulesOf(policyWith({ detectors }), 'login')).toMatchObject({
      subjectSourcesWindowMs: 1_000,
      blockSubjectsWindowMs: 600_000,
      networkSubjectsWindowMs: 3_600_000,
    });
  });
});
