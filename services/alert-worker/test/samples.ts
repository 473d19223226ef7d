import type { Alert } from '@stepgate/assessment';

export const alert: Alert = {
  id: '019afe2c-7c11-7000-8000-000000000001',
  kind: 'push_fatigue',
  severity: 'high',
  tenant: 'acme',
  subject: { type: 'user', id: 'alice' },
  policy: 'workforce',
  count: 5,
  windowMs: 600_000,
  since: Date.parse('2026-01-01T00:00:00Z'),
  at: Date.parse('2026-01-01T00:04:00Z'),
  context: { ip: '203.0.113.7', country: 'NL' },
};

export const never = new AbortController().signal;
