export const eventTypes = [
  'login_succeeded',
  'login_failed',
  'step_up_succeeded',
  'step_up_failed',
  'push_sent',
  'push_approved',
  'push_denied',
  'push_ignored',
  'push_reported',
  'push_cancelled',
  'authenticator_enrolled',
  'authenticator_removed',
  'recovery_used',
  'credential_breached',
  'feedback_legitimate',
  'feedback_compromised',
  'session_ended',
] as const;
/** What happened afterwards. `push_reported` is "this wasn't me"; `push_cancelled` counts for nothing. */
export type EventType = (typeof eventTypes)[number];
