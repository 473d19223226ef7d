import type { DecisionResponse, WireStepUp } from '@stepgate/contracts';
import type { DecideResult } from './client.js';

export type Authenticator = WireStepUp['authenticators'][number];

/** What an enforcement rests on, where that is less than a whole decision. */
export type Mark = 'degraded' | 'shadow' | 'engine_unreachable' | 'forged' | 'fail_open';

interface Grounds {
  /** Null when the engine could not be asked. */
  readonly decision: DecisionResponse | null;
  readonly marks: readonly Mark[];
}
export type Enforcement = Grounds &
  (
    | { readonly outcome: 'allow' }
    | { readonly outcome: 'step_up'; readonly stepUp: WireStepUp }
    | { readonly outcome: 'deny' }
  );

export const failModes = ['step_up', 'deny', 'allow'] as const;
export type FailMode = (typeof failModes)[number];

export interface FailPolicy {
  /** When the engine is away. `allow` must be an explicit choice, and is never for a forged answer. */
  readonly mode: FailMode;
  /** What the subject has enrolled; null when the PEP does not know. */
  readonly authenticators: readonly Authenticator[] | null;
}

/** Best first. A recovery code restores access and is no second factor. */
const secondFactors: readonly Authenticator[] = [
  'passkey',
  'security_key',
  'totp',
  'hotp',
  'push',
  'sms',
  'voice',
];

/** Without the engine nobody counts push prompts, so numbers are matched in any case. */
const unaskedStepUp = (usable: readonly Authenticator[]): WireStepUp => ({
  authenticators: [...usable],
  forbidden: [],
  acr_values: ['https://refeds.org/profile/mfa'],
  number_matching: true,
  max_age: 0,
  enrolment_required: false,
});

const marksOf = (decision: DecisionResponse): readonly Mark[] => [
  ...(decision.degraded.length > 0 ? (['degraded'] as const) : []),
  ...(decision.policy.shadow === true ? (['shadow'] as const) : []),
];

const enforce = (decision: DecisionResponse): Enforcement => {
  const grounds = { decision, marks: marksOf(decision) };
  if (decision.decision === 'allow') return { ...grounds, outcome: 'allow' };
  if (decision.decision === 'step_up' && decision.step_up !== null) {
    return { ...grounds, outcome: 'step_up', stepUp: decision.step_up };
  }
  return { ...grounds, outcome: 'deny' };
};

const failClosed = { mode: 'step_up', authenticators: null } as const;

/**
 * What a PEP does with the answer, or with having none: step-up, or deny where the subject has
 * nothing to step up with. Attackers have pointed an MFA client at a dead address to make it fail
 * open (CISA AA22-074A), so an allow without the engine is configured or does not happen, and says so.
 */
export const enforcementFor = (
  result: DecideResult,
  fail: FailPolicy = failClosed,
): Enforcement => {
  if (result.kind === 'decided') return enforce(result.decision);
  const decision = null;
  const isForged = result.cause.code === 'forged';
  // Somebody who answers in the engine's place is an attack and no outage.
  if (fail.mode === 'allow' && !isForged) {
    return { outcome: 'allow', decision, marks: ['engine_unreachable', 'fail_open'] };
  }
  const marks = ['engine_unreachable', ...(isForged ? (['forged'] as const) : [])] as const;
  const usable = secondFactors.filter((name) => fail.authenticators?.includes(name) ?? true);
  if (fail.mode === 'deny' || usable.length === 0) return { outcome: 'deny', decision, marks };
  return { outcome: 'step_up', decision, marks, stepUp: unaskedStepUp(usable) };
};
