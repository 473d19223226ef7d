import type { Limit, ReasonCode } from '@stepgate/engine';
import { actionNames, reasonMeanings } from '@stepgate/engine';
import { z } from 'zod';
import { longestCondition } from '../condition/cel-environment.js';
import { quoted } from '../suggest.js';
import { duration } from './duration.js';
import { demandShape, idleKeys, outcomeName, outcomeSpecOf } from './outcome.js';
import { strictObject } from './strict-object.js';

type Refinement = z.core.$RefinementCtx;

/** Names are what people read in a decision's explanation: two of a kind would tell them nothing. */
const unique =
  <K extends string>(key: K) =>
  (entries: readonly Readonly<Record<K, string>>[], context: Refinement): void => {
    const seen = new Map<string, number>();
    entries.forEach((entry, index) => {
      const first = seen.get(entry[key]);
      if (first === undefined) {
        seen.set(entry[key], index);
        return;
      }
      const message = `${quoted(entry[key])} names entry ${String(first + 1)} of this list already; choose another name`;
      context.issues.push({ code: 'custom', input: entries, path: [index, key], message });
    });
  };

const when = z
  .string()
  .min(1)
  .max(longestCondition)
  .meta({ description: 'A CEL condition; docs/policy.md lists the names.' });

const name = z.string().trim().min(1).max(80).meta({ description: 'Shown in explanations.' });

const isReasonCode = (reason: string): reason is ReasonCode =>
  Object.hasOwn(reasonMeanings, reason);

const reason = z
  .string()
  .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'a reason is lower_snake_case, such as unmanaged_admin')
  .max(64)
  .refine((code) => !isReasonCode(code), 'is a built-in reason; choose a name of your own')
  .meta({ description: 'Reason code of your own, a noun and its state.' });

export const signalsSchema = z
  .array(strictObject({ reason, points: z.number().min(0).max(100), when }))
  .max(100)
  .superRefine(unique('reason'));

const rule = strictObject({ name, when, decision: outcomeName, ...demandShape })
  .superRefine((written, context) => {
    for (const issue of idleKeys(written)) context.addIssue({ ...issue });
  })
  .transform((written) => ({
    name: written.name,
    when: written.when,
    then: outcomeSpecOf(written),
  }));

/** Spacing aside, the same text. (Blanks inside quotes are folded too; two rules that differ in no more are one mistake.) */
const normalised = (text: string): string => text.trim().replace(/\s+/g, ' ');

const reachable = (
  rules: readonly { readonly name: string; readonly when: string }[],
  context: Refinement,
): void => {
  const seen = new Map<string, string>();
  let always: string | null = null;
  rules.forEach((entry, index) => {
    const text = normalised(entry.when);
    const same = seen.get(text);
    const message =
      always !== null
        ? `is never reached: rule ${quoted(always)} before it is always met; move it up or delete it`
        : same !== undefined
          ? `is never reached: rule ${quoted(same)} has the same condition; delete one of them`
          : null;
    if (message !== null) {
      context.issues.push({ code: 'custom', input: rules, path: [index, 'when'], message });
    }
    if (same === undefined) seen.set(text, entry.name);
    if (text === 'true') always ??= entry.name;
  });
};

export const rulesSchema = z
  .array(rule)
  .max(500)
  .superRefine(unique('name'))
  .superRefine(reachable);

const limit = strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a limit name is lower case letters, digits, - and _')
    .meta({ description: 'Also the label of its metric.' }),
  per: z.enum(['subject', 'source', 'tenant']).meta({ description: 'What is counted apart.' }),
  actions: z
    .array(z.enum(actionNames))
    .refine((names) => new Set(names).size === names.length, 'names an action twice; delete one')
    .meta({ description: 'Attempts at these are counted and held to it. Left out: at all.' })
    .optional(),
  max: z.number().int().min(1).max(1000).meta({ description: 'Attempts that pass in a window.' }),
  window: duration(),
  decision: outcomeName.meta({ description: 'Beyond the limit. Default step_up.' }).optional(),
  ...demandShape,
})
  .superRefine((written, context) => {
    if (written.decision === 'allow') {
      const message = 'a limit that allows does nothing; write step_up or deny';
      context.addIssue({ code: 'custom', path: ['decision'], message });
      return;
    }
    for (const issue of idleKeys({ ...written, decision: written.decision ?? 'step_up' })) {
      context.addIssue({ ...issue });
    }
  })
  .transform((written): Limit => ({
    name: written.name,
    per: written.per,
    actions: written.actions ?? [],
    max: written.max,
    windowMs: written.window,
    then: outcomeSpecOf({ ...written, decision: written.decision ?? 'step_up' }),
  }));

export const limitsSchema = z.array(limit).max(20).superRefine(unique('name'));
