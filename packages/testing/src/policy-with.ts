import {
  defaultDetectorSettings,
  type Condition,
  type DetectorSettings,
  type Outcome,
  type OutcomeSpec,
  type Policy,
  type PolicySignal,
  type PushLadder,
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

/** No rung; the rest as a policy has it that says nothing of its own. */
export const ladderWith = (overrides: Partial<PushLadder> = {}): PushLadder => ({
  counted: ['denied', 'ignored', 'reported'],
  windowMs: 86_400_000,
  rungs: [],
  promptLifetimeMs: 120_000,
  quietMs: 7_200_000,
  updateMs: 600_000,
  aftermathMs: 86_400_000,
  campaign: { source: 10, network: 25, tenant: 10, windowMs: 3_600_000, alert: 'critical' },
  ...overrides,
});

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
  pushLadder: ladderWith(),
  degraded: { state: 'step_up', geo: { kind: 'keep' }, reputation: { kind: 'keep' } },
  shadow: false,
  ...overrides,
});
