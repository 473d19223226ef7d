import type { DecisionRequest, DecisionResponse } from '@stepgate/contracts';

export const attempt: DecisionRequest = {
  attempt_id: 'attempt-1',
  subject: { type: 'user', id: 'alice' },
  action: { name: 'login' },
  resource: { type: 'application', id: 'payroll' },
  context: { ip: '203.0.113.7' },
};

export const decisionId = '018f3b5c-0000-7000-8000-000000000001';

export const allow: DecisionResponse = {
  decision_id: decisionId,
  attempt_id: 'attempt-1',
  decision: 'allow',
  risk: { score: 12, level: 'low' },
  step_up: null,
  reasons: [{ code: 'device_unseen', points: 12, detail: {} }],
  policy: { name: 'workforce', version: 'sha256:0', rule: 'level:low' },
  degraded: [],
  expires_at: '2026-01-01T00:00:00Z',
  device: null,
  durable: null,
};

export const stepUp: DecisionResponse = {
  ...allow,
  decision: 'step_up',
  risk: { score: 62, level: 'high' },
  step_up: {
    authenticators: ['passkey'],
    forbidden: ['push', 'sms'],
    acr_values: ['phr'],
    number_matching: true,
    max_age: 0,
    enrolment_required: false,
  },
};

export const deny: DecisionResponse = {
  ...allow,
  decision: 'deny',
  risk: { score: 100, level: 'high' },
};
