import { amsterdam, cleanNow, demandOf, policyWith, quietPush } from '@stepgate/testing';
import type { Authenticator } from '../src/attempt.js';
import { judgeCompletion, type CompletionEvidence } from '../src/completion.js';
import type { Decision } from '../src/decision.js';
import { stepUpFor } from '../src/outcome.js';
import type { OutcomeSpec } from '../src/policy.js';
import { observed } from '../src/signal.js';

export const enrolled: readonly Authenticator[] = [
  'passkey',
  'totp',
  'push',
  'sms',
  'recovery_code',
];

export const asked = (overrides: Partial<OutcomeSpec> = {}): Decision => ({
  outcome: 'step_up',
  score: 35,
  level: 'medium',
  findings: [{ reason: 'ip_listed', points: 35, detail: { categories: ['tor'] } }],
  stepUp: stepUpFor(demandOf('step_up', { require: 'mfa', ...overrides }), enrolled),
  rule: 'level:medium',
  degraded: [],
});

const done = (overrides: Partial<CompletionEvidence> = {}): CompletionEvidence => ({
  authenticator: 'push',
  numberMatched: false,
  push: quietPush(),
  lock: null,
  deviceFirstSeenAt: null,
  enrolled,
  loginPlace: observed(amsterdam),
  authenticatorPlace: observed(amsterdam),
  ...overrides,
});

export const judge = (
  evidence: Partial<CompletionEvidence>,
  decision = asked(),
  policy = policyWith(),
) => judgeCompletion(decision, done(evidence), policy, cleanNow);
