import {
  defaultDetectorSettings,
  type Condition,
  type DetectorSettings,
  type Outcome,
  type OutcomeSpec,
  type Policy,
  type PolicySignal,
  type Rule,
  type Rung,
} from '@stepgate/engine';

export const demandOf = (
  outcome: Outcome,
  overrides: Partial<Omit<OutcomeSpec, 'outcome'>> = {},
): OutcomeSpec => ({ outcome, require: 'any', forbid: [], numberMatching: false, ...overrides });

export const rungAt = (at: number, overrides: Partial<Omit<Rung, 'at'>> = {}): Rung => ({
  at,
  outcome: 'allow',
  require: 'any',
  forbid: [],
  numberMatching: false,
  points: 0,
  holdMs: 0,
  alert: null,
  exceptKnownDevice: false,
  ...overrides,
});

const always: Condition = () => ({ met: true });

/** A rule that is met unless another condition is given. */
export const ruleOf = (name: string, then: OutcomeSpec, condition: Condition = always): Rule => ({
  name,
  when: name,
  condition,
  then,
});

/** A policy signal that is met unless another condition is given. */
export const policySignalOf = (
  reason: string,
  points: number,
  condition: Condition = always,
): PolicySignal => ({ reason, points, when: reason, condition });

export const settingsWith = (overrides: Partial<DetectorSettings> = {}): DetectorSettings => ({
  ...defaultDetectorSettings,
  ...overrides,
});

/** Bands at 30 and 60; low allows, medium asks for mfa, high for phishing-resistant; no rules. */
export const policyWith = (overrides: Partial<Policy> = {}): Policy => ({
  name: 'workforce',
  version: 'sha256:0',
  description: 'Policy of a test.',
  appliesTo: { tenants: [], applications: ['*'], groups: [], actions: [] },
  bands: { medium: 30, high: 60 },
  detectors: defaultDetectorSettings,
  signals: [],
  rules: [],
  decide: {
    low: demandOf('allow'),
    medium: demandOf('step_up', { require: 'mfa' }),
    high: demandOf('step_up', { require: 'phishing_resistant' }),
  },
  limits: [],
  pushLadder: { counted: ['denied', 'ignored', 'reported'], windowMs: 86_400_000, rungs: [] },
  degraded: { state: 'step_up', geo: { kind: 'keep' }, reputation: { kind: 'keep' } },
  shadow: false,
  ...overrides,
});
