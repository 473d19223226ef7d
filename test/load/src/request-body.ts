import type { DecisionRequest } from '@stepgate/contracts';

/** Enough subjects that the default limit (10 attempts in 10 minutes) is not what is measured. */
export const subjectCount = 20_000;

const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

/** The body that all apps are sent: an ordinary login of subject n, from one of many addresses. */
export const requestBody = (n: number): DecisionRequest => ({
  subject: {
    type: 'user',
    id: `employee-${String(n)}@example.com`,
    properties: { groups: ['finance', 'staff'], authenticators: ['passkey', 'totp', 'push'] },
  },
  action: { name: 'login' },
  resource: { type: 'application', id: 'payroll' },
  context: {
    ip: `77.${String(160 + (n % 64))}.${String((n >> 6) % 256)}.${String(1 + (n % 250))}`,
    user_agent: browser,
    device: { id: `device-of-employee-${String(n)}`, managed: false },
    amr: ['pwd'],
    session_id: `session-${String(n)}-9d2c7f`,
    rtt_ms: 38,
  },
});
