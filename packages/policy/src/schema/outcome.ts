import type { Authenticator, Outcome, OutcomeSpec, Strength } from '@stepgate/engine';
import { authenticators, outcomes, strengths } from '@stepgate/engine';
import { z } from 'zod';
import { strictObject } from './strict-object.js';

export const outcomeName = z.enum(outcomes).meta({ description: 'allow, step_up or deny.' });

/** The keys that say what a step_up takes; shared by rules, limits, levels and rungs. */
export const demandShape = {
  require: z
    .enum(strengths)
    .meta({ description: 'What satisfies the step-up. Default mfa.' })
    .optional(),
  forbid: z
    .array(z.enum(authenticators))
    .max(authenticators.length)
    .meta({ description: 'Authenticators that are never offered.' })
    .optional(),
  number_matching: z
    .boolean()
    .meta({ description: 'A push prompt must be answered with the number shown at the login.' })
    .optional(),
};

export interface WrittenOutcome {
  readonly decision: Outcome;
  readonly require?: Strength | undefined;
  readonly forbid?: readonly Authenticator[] | undefined;
  readonly number_matching?: boolean | undefined;
}

interface IdleKey {
  readonly code: 'custom';
  readonly path: string[];
  readonly message: string;
}

/** `require` beside allow or deny would look like a protection that is not there. */
export const idleKeys = (written: WrittenOutcome): readonly IdleKey[] => {
  if (written.decision === 'step_up') return [];
  return (['require', 'forbid', 'number_matching'] as const)
    .filter((key) => written[key] !== undefined)
    .map((key) => ({
      code: 'custom',
      path: [key],
      message: `${key} means nothing with decision ${written.decision}; use step_up, or delete ${key}`,
    }));
};

export const outcomeSpecOf = (written: WrittenOutcome): OutcomeSpec => ({
  outcome: written.decision,
  require: written.require ?? (written.decision === 'step_up' ? 'mfa' : 'any'),
  forbid: written.forbid ?? [],
  numberMatching: written.number_matching ?? false,
});

/** `allow` for short, or the long form with what a step_up takes. */
export const outcomeEntry = z.union([
  outcomeName.transform((decision) => outcomeSpecOf({ decision })),
  strictObject({ decision: outcomeName, ...demandShape })
    .superRefine((written, context) => {
      for (const issue of idleKeys(written)) context.addIssue({ ...issue });
    })
    .transform(outcomeSpecOf),
]);
