import type { WireStepUp } from '@stepgate/contracts';

/** RFC 6749 scope-token characters: what may stand in a quoted-string without escapes or spaces. */
const tokenPattern = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const descriptionPattern = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

/** Whether a value can stand in `acr_values` without becoming two values or another parameter. */
export const isAcrValue = (value: string): boolean => tokenPattern.test(value);

export interface Challenge {
  /** In order of preference; one suffices. */
  readonly acrValues?: readonly string[];
  /** Seconds since the last active authentication; 0 = now. */
  readonly maxAge?: number;
  readonly scope?: string;
  readonly description?: string;
}

const assertChallenge = ({ acrValues, maxAge, scope, description }: Challenge): void => {
  if (acrValues?.every(isAcrValue) === false) throw new RangeError('acr value not allowed');
  if (maxAge !== undefined && (!Number.isSafeInteger(maxAge) || maxAge < 0)) {
    throw new RangeError('max_age must be a non-negative integer');
  }
  if (scope?.split(' ').every(isAcrValue) === false) throw new RangeError('scope not allowed');
  if (description !== undefined && !descriptionPattern.test(description)) {
    throw new RangeError('description not allowed');
  }
};

/**
 * The value of `WWW-Authenticate` for an insufficient authentication (RFC 9470 section 3).
 *
 * @throws RangeError for text that could break out of its parameter; parsed decisions hold none.
 * @example
 * encodeChallenge({ acrValues: ['phr'], maxAge: 0 });
 * // Bearer error="insufficient_user_authentication", acr_values="phr", max_age="0"
 */
export const encodeChallenge = (challenge: Challenge): string => {
  assertChallenge(challenge);
  const { acrValues = [], maxAge, scope, description } = challenge;
  const parameters = [
    ['error', 'insufficient_user_authentication'],
    ['error_description', description],
    ['acr_values', acrValues.length === 0 ? undefined : acrValues.join(' ')],
    ['max_age', maxAge?.toString()],
    ['scope', scope],
  ];
  const given = parameters.filter(([, value]) => value !== undefined);
  return `Bearer ${given.map(([name, value]) => `${String(name)}="${String(value)}"`).join(', ')}`;
};

/** The challenge of a step-up. It names no authenticator: those are for the one who has logged in. */
export const challengeFor = (stepUp: WireStepUp): string =>
  encodeChallenge({
    description: 'A stronger or more recent authentication is required',
    acrValues: stepUp.acr_values,
    maxAge: stepUp.max_age,
  });
