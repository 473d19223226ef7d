import type { Level, Limit, OutcomeSpec, Policy, UnavailableCost } from '@stepgate/engine';
import { actionNames, levels, outcomes, reasonMeanings, strengths } from '@stepgate/engine';
import { z } from 'zod';
import { detectorsSchema } from './detectors.js';
import { limitsSchema, rulesSchema, signalsSchema } from './entries.js';
import { networksSchema } from './networks.js';
import { outcomeEntry, outcomeSpecOf } from './outcome.js';
import { pushFatigueSchema } from './push-fatigue.js';
import { strictObject } from './strict-object.js';

const words = z.array(z.string().min(1).max(256)).max(1000);

const application = z
  .string()
  .max(256)
  .regex(
    /^(\*|[^*\s]+\*?)$/,
    'is not an application pattern; write a name, a prefix such as shop-*, or *',
  );

const appliesTo = strictObject({
  tenants: words.meta({ description: 'Any of these tenants; empty = any.' }).optional(),
  applications: z
    .array(application)
    .max(1000)
    .meta({ description: 'Any of these applications (resource ids); shop-* is a prefix.' })
    .optional(),
  groups: words.meta({ description: 'Subjects in any of these groups.' }).optional(),
  actions: z.array(z.enum(actionNames)).meta({ description: 'Any of these actions.' }).optional(),
}).transform((written): Policy['appliesTo'] => ({
  tenants: written.tenants ?? [],
  applications: written.applications ?? [],
  groups: written.groups ?? [],
  actions: written.actions ?? [],
}));

export const defaultBands: Policy['bands'] = { medium: 30, high: 60 };

const band = z.number().min(1).max(100);
const levelsSchema = strictObject({
  medium: band.meta({ description: 'Score at which medium begins. Default 30.' }).optional(),
  high: band.meta({ description: 'Score at which high begins. Default 60.' }).optional(),
})
  .transform((written): Policy['bands'] => ({
    medium: written.medium ?? defaultBands.medium,
    high: written.high ?? defaultBands.high,
  }))
  .superRefine(({ medium, high }, context) => {
    if (medium < high) return;
    const message = `no score is ever medium: it begins at ${String(medium)}, high at ${String(high)}; lower medium or raise high`;
    context.addIssue({ code: 'custom', message });
  });

export const defaultDecide: Readonly<Record<Level, OutcomeSpec>> = {
  low: outcomeSpecOf({ decision: 'allow' }),
  medium: outcomeSpecOf({ decision: 'step_up', require: 'mfa' }),
  high: outcomeSpecOf({ decision: 'step_up', require: 'phishing_resistant' }),
};

const strictness = (spec: OutcomeSpec): number =>
  outcomes.indexOf(spec.outcome) * strengths.length + strengths.indexOf(spec.require);

const decideSchema = strictObject({
  low: outcomeEntry.meta({ description: 'Default allow.' }).optional(),
  medium: outcomeEntry.meta({ description: 'Default step_up, mfa.' }).optional(),
  high: outcomeEntry.meta({ description: 'Default step_up, phishing_resistant.' }).optional(),
})
  .transform((written): Readonly<Record<Level, OutcomeSpec>> => ({
    low: written.low ?? defaultDecide.low,
    medium: written.medium ?? defaultDecide.medium,
    high: written.high ?? defaultDecide.high,
  }))
  .superRefine((decide, context) => {
    // More risk must never buy more ease: an attacker would then try to look worse.
    levels.forEach((level, index) => {
      const lower = levels[index - 1];
      if (lower === undefined || strictness(decide[level]) >= strictness(decide[lower])) return;
      const message = `${level} is answered more mildly than ${lower}; make it at least as strict`;
      context.addIssue({ code: 'custom', path: [level], message });
    });
  });

const unavailableCost = z
  .union([z.enum(['keep', 'step_up', 'deny']), z.number().min(0).max(100)])
  .transform((written): UnavailableCost => {
    if (written === 'keep') return { kind: 'keep' };
    return typeof written === 'number'
      ? { kind: 'points', points: written }
      : { kind: 'outcome', outcome: written };
  });

export const defaultDegraded: Policy['degraded'] = {
  state: 'step_up',
  geo: { kind: 'keep' },
  reputation: { kind: 'keep' },
};

const stateWords = 'write step_up or deny';
const degradedSchema = strictObject({
  state: z
    .enum(['step_up', 'deny'], {
      error: (issue) =>
        issue.input === 'allow'
          ? `allow is refused: without state nobody knows of locks and limits, and whoever can break the store could sign in; ${stateWords}`
          : undefined,
    })
    .meta({ description: 'Without Redis: step_up (default) or deny.' })
    .optional(),
  geo: unavailableCost.meta({ description: 'keep (default), points, step_up or deny.' }).optional(),
  reputation: unavailableCost.meta({ description: 'As geo.' }).optional(),
}).transform((written): Policy['degraded'] => ({
  state: written.state ?? defaultDegraded.state,
  geo: written.geo ?? defaultDegraded.geo,
  reputation: written.reputation ?? defaultDegraded.reputation,
}));

const idleLimits = (
  written: {
    readonly applies_to?: Policy['appliesTo'] | undefined;
    readonly limits?: readonly Limit[] | undefined;
  },
  context: z.core.$RefinementCtx,
): void => {
  const governed = written.applies_to?.actions ?? [];
  if (governed.length === 0) return;
  (written.limits ?? []).forEach(({ actions }, index) => {
    if (actions.length === 0 || actions.some((action) => governed.includes(action))) return;
    const message = `never counts: this policy governs ${governed.join(', ')} only; name one of these, or delete the limit`;
    context.addIssue({ code: 'custom', path: ['limits', index, 'actions'], message });
  });
};

/** A policy file. Every key but the first two may be left out. */
export const policySchema = strictObject({
  stepgate: z.literal('v1').meta({ description: 'Version of this language.' }),
  policy: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a policy name is lower case letters, digits, - and _')
    .meta({ description: 'Name of the policy; also a metric label.' }),
  description: z.string().max(1000).meta({ description: 'For people.' }).optional(),
  applies_to: appliesTo
    .meta({ description: 'Whom it governs. Left out: everybody else.' })
    .optional(),
  networks: networksSchema.meta({ description: 'Named CIDR lists for in_network().' }).optional(),
  levels: levelsSchema.meta({ description: 'Score bands.' }).optional(),
  detectors: detectorsSchema(reasonMeanings)
    .meta({ description: 'Tune a detector or switch it off.' })
    .optional(),
  signals: signalsSchema.meta({ description: 'Conditions that add points.' }).optional(),
  rules: rulesSchema.meta({ description: 'First that is met decides.' }).optional(),
  decide: decideSchema.meta({ description: 'By level, when no rule was met.' }).optional(),
  limits: limitsSchema.meta({ description: 'Exact limits on attempts.' }).optional(),
  push_fatigue: pushFatigueSchema
    .meta({ description: 'The ladder for unanswered push.' })
    .optional(),
  degraded: degradedSchema.meta({ description: 'Cost of what is unavailable.' }).optional(),
  shadow: z.boolean().meta({ description: 'true: scored and logged, never enforced.' }).optional(),
}).superRefine(idleLimits);

export type WrittenPolicy = z.output<typeof policySchema>;
