import type { Authenticator } from './attempt.js';
import { authenticators } from './attempt.js';
import type { StepUp } from './decision.js';
import { outcomes, strengths, type Outcome, type OutcomeSpec, type Strength } from './policy.js';

const stricterOutcome = (a: Outcome, b: Outcome): Outcome =>
  outcomes.indexOf(a) >= outcomes.indexOf(b) ? a : b;

export const strongerOf = (a: Strength, b: Strength): Strength =>
  strengths.indexOf(a) >= strengths.indexOf(b) ? a : b;

/** The spec that asks for nothing; the neutral element of `strictest`. */
export const noDemand: OutcomeSpec = {
  outcome: 'allow',
  require: 'any',
  forbid: [],
  numberMatching: false,
};

const combine = (a: OutcomeSpec, b: OutcomeSpec): OutcomeSpec => ({
  outcome: stricterOutcome(a.outcome, b.outcome),
  require: strongerOf(a.require, b.require),
  forbid: [...new Set([...a.forbid, ...b.forbid])],
  numberMatching: a.numberMatching || b.numberMatching,
});

/** XACML's deny-overrides for three outcomes: nothing that speaks can be talked down by another. */
export const strictest = (a: OutcomeSpec, b: OutcomeSpec): OutcomeSpec => {
  // Nearly every floor of nearly every login asks for nothing.
  if (b === noDemand) return a;
  return a === noDemand ? b : combine(a, b);
};

export const denial: OutcomeSpec = { ...noDemand, outcome: 'deny' };

/**
 * What is asked of the owner where an exception spares a proven device the denial: a second factor,
 * but no further prompt, since prompts are what the attack is made of.
 */
export const ownerStepUp: OutcomeSpec = {
  ...noDemand,
  outcome: 'step_up',
  require: 'mfa',
  forbid: ['push'],
};

/**
 * Which authenticators reach which strength. OTP and out-of-band are not phishing-resistant (NIST
 * SP 800-63B-4 3.2.5); a passkey may be synced, so only a security key counts as hardware-bound. A
 * recovery code restores access and is no second factor.
 */
const reaching: Readonly<Record<Strength, readonly Authenticator[]>> = {
  any: authenticators,
  mfa: authenticators.filter((authenticator) => authenticator !== 'recovery_code'),
  phishing_resistant: ['passkey', 'security_key'],
  phishing_resistant_hardware: ['security_key'],
};

/** OpenID EAP ACR Values 1.0 for the phishing-resistant ones, the REFEDS MFA profile below them. */
export const acrValues: Readonly<Record<Strength, readonly string[]>> = {
  any: [],
  mfa: ['https://refeds.org/profile/mfa'],
  phishing_resistant: ['phr'],
  phishing_resistant_hardware: ['phrh'],
};

export const isPhishingResistant = (authenticator: Authenticator): boolean =>
  reaching.phishing_resistant.includes(authenticator);

/** Whether the authenticator could satisfy the demand, enrolled or not. */
export const isAcceptable = (authenticator: Authenticator, demand: OutcomeSpec): boolean =>
  reaching[demand.require].includes(authenticator) && !demand.forbid.includes(authenticator);

/** The requirement that a step_up puts on this subject; what the policy forbids is never offered. */
export const stepUpFor = (
  demand: OutcomeSpec,
  enrolled: readonly Authenticator[] | null,
): StepUp => {
  const acceptable = authenticators.filter((authenticator) => isAcceptable(authenticator, demand));
  // When the caller did not say what is enrolled, it chooses among all that would be accepted.
  const offered = acceptable.filter((authenticator) => enrolled?.includes(authenticator) ?? true);
  return {
    authenticators: offered,
    forbidden: authenticators.filter((authenticator) => demand.forbid.includes(authenticator)),
    acrValues: acrValues[demand.require],
    numberMatching: demand.numberMatching,
    maxAge: 0,
    enrolmentRequired: offered.length === 0,
  };
};

/** What was asked for, made stricter by a later demand; never looser, and nothing new is offered. */
export const tightened = (asked: StepUp, demand: OutcomeSpec): StepUp => {
  const strengthAsked = strengths.findLast((strength) =>
    acrValues[strength].every((value) => asked.acrValues.includes(value)),
  );
  const { authenticators: acceptable, ...required } = stepUpFor(
    {
      ...demand,
      require: strongerOf(strengthAsked ?? 'any', demand.require),
      forbid: [...asked.forbidden, ...demand.forbid],
      numberMatching: asked.numberMatching || demand.numberMatching,
    },
    null,
  );
  const offered = asked.authenticators.filter((authenticator) =>
    acceptable.includes(authenticator),
  );
  return { ...required, authenticators: offered, enrolmentRequired: offered.length === 0 };
};
