import type { DecisionRequest } from '@stepgate/contracts';
import type { Question } from './ask.js';

const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

export const loginBody = (id: string): DecisionRequest => ({
  subject: { type: 'user', id, properties: { authenticators: ['passkey', 'totp', 'push'] } },
  action: { name: 'login' },
  resource: { type: 'application', id: 'payroll' },
  context: { ip: '77.161.224.17', user_agent: browser, device: { id: 'laptop' } },
});

/** A login attempt as a caller sends it; or another body in its place. */
export const decisionQuestion = (
  engineUrl: string,
  apiKey: string,
  body: DecisionRequest,
): Question => ({
  url: `${engineUrl}/v1/decisions`,
  headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
  body: JSON.stringify(body),
});
