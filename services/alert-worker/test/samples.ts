import type { Alert } from '@stepgate/assessment';

const minute = 60_000;
const start = Date.parse('2026-01-01T00:00:00Z');

/** Five prompts within four minutes, none of them answered with a yes. */
export const alert: Alert = {
  id: '019afe2c-7c11-7000-8000-000000000001_1',
  alertId: '019afe2c-7c11-7000-8000-000000000001',
  revision: 1,
  kind: 'push_fatigue',
  phase: 'opened',
  severity: 'high',
  tenant: 'acme',
  policy: 'workforce',
  subject: { type: 'user', id: 'alice@acme.example' },
  openedAt: start + 4 * minute,
  since: start,
  at: start + 4 * minute,
  count: 5,
  windowMs: 10 * minute,
  prompts: { sent: 5, approved: 0, denied: 3, ignored: 2, reported: 0 },
  approvedAt: null,
  sources: [
    { address: '203.0.113.7', country: 'NL', asn: 64_500, prompts: 4, lastAt: start + 4 * minute },
    { address: '2001:db8::7', country: null, asn: null, prompts: 1, lastAt: start + minute },
  ],
  sourceCount: 2,
  devices: ['device-1f3a'],
  deviceCount: 1,
  actions: ['number_matching_required', 'push_forbidden'],
  closedBy: null,
  campaign: null,
};

/** The same alert, once the victim gave in. */
export const gaveIn: Alert = {
  ...alert,
  id: '019afe2c-7c11-7000-8000-000000000001_2',
  revision: 2,
  kind: 'push_approved_after_denials',
  phase: 'escalated',
  severity: 'critical',
  at: start + 6 * minute,
  prompts: { ...alert.prompts, sent: 6, approved: 1 },
  approvedAt: start + 6 * minute,
  actions: [...alert.actions, 'approval_refused'],
};

export const closed: Alert = {
  ...alert,
  id: '019afe2c-7c11-7000-8000-000000000001_3',
  revision: 3,
  phase: 'closed',
  closedBy: 'quiet',
};

export const campaign: Alert = {
  ...alert,
  id: '019afe2c-7c11-7000-8000-000000000009_1',
  alertId: '019afe2c-7c11-7000-8000-000000000009',
  kind: 'push_campaign',
  severity: 'critical',
  subject: null,
  count: 12,
  windowMs: 60 * minute,
  prompts: { sent: 24, approved: 0, denied: 20, ignored: 4, reported: 0 },
  actions: [],
  campaign: {
    scope: 'source',
    subjects: 12,
    sample: ['bob', 'carol', 'dave'].map((id) => ({ type: 'user', id })),
  },
};

export const never = new AbortController().signal;
