import type { Rung } from '@stepgate/engine';
import { alertSeverities } from '@stepgate/engine';
import { z } from 'zod';
import { duration } from './duration.js';
import { demandShape, outcomeName, outcomeSpecOf } from './outcome.js';
import { strictObject } from './strict-object.js';

/** Each is walked in every decision and every push event, and its verdict kept. */
const mostRungs = 50;

const rungShape = strictObject({
  at: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .meta({ description: 'Counted prompts that reach this rung.' }),
  decision: outcomeName
    .meta({ description: 'At least this. Left out: what is asked holds for a step-up to come.' })
    .optional(),
  ...demandShape,
  points: z
    .number()
    .min(0)
    .max(100)
    .meta({ description: 'Points of all rungs reached add up.' })
    .optional(),
  hold: duration().meta({ description: 'With deny: how long the subject is held.' }).optional(),
  alert: z.enum(alertSeverities).meta({ description: 'Raise an alert.' }).optional(),
  except: z
    .literal('known_device')
    .meta({ description: 'A device proven before the attack is stepped up, not denied.' })
    .optional(),
});

type WrittenRung = z.output<typeof rungShape>;

/** What stands beside the wrong decision would look like a protection that is not there. */
const denialKeys = {
  hold: 'hold needs decision: deny; add it, or delete hold (all else that a rung asks stays for as long as its prompts count)',
  except: 'except needs decision: deny, which it spares the owner; add it, or delete except',
} as const;

const asksForNothing = ({ at: _at, decision, ...asked }: WrittenRung): boolean =>
  (decision ?? 'allow') === 'allow' && Object.keys(asked).length === 0;

const rung = rungShape
  .superRefine((written, context) => {
    if (asksForNothing(written) && context.issues.length === 0) {
      const message =
        'a rung that asks for nothing; give it number_matching, forbid, require, decision, points or alert';
      context.addIssue({ code: 'custom', path: ['at'], message });
    }
    for (const key of ['hold', 'except'] as const) {
      if (written[key] === undefined || written.decision === 'deny') continue;
      context.addIssue({ code: 'custom', path: [key], message: denialKeys[key] });
    }
  })
  .transform((written): Rung => {
    const decision = written.decision ?? 'allow';
    // A deny that spares the known device still asks it for a second factor.
    const require = written.require ?? (decision === 'allow' ? 'any' : 'mfa');
    return {
      ...outcomeSpecOf({ ...written, decision, require }),
      at: written.at,
      points: written.points ?? 0,
      holdMs: written.hold ?? 0,
      alert: written.alert ?? null,
      exceptKnownDevice: written.except === 'known_device',
    };
  });

const ascending = (
  rungs: readonly Rung[],
  context: z.core.$RefinementCtx<readonly Rung[]>,
): void => {
  rungs.forEach(({ at }, index) => {
    const before = rungs[index - 1];
    if (before === undefined || at > before.at) return;
    const message =
      at === before.at
        ? `two rungs at ${String(at)}; put what they ask into one`
        : `rungs must ascend, but ${String(at)} follows ${String(before.at)}; sort them`;
    context.issues.push({ code: 'custom', input: rungs, path: [index, 'at'], message });
  });
};

export const rungsSchema = z.array(rung).max(mostRungs).superRefine(ascending);

/** Number matching, then no push at all, then a hold. */
export const defaultRungs: readonly Rung[] = [
  {
    at: 3,
    ...outcomeSpecOf({ decision: 'allow', number_matching: true }),
    points: 10,
    holdMs: 0,
    alert: null,
    exceptKnownDevice: false,
  },
  {
    at: 5,
    ...outcomeSpecOf({ decision: 'allow', forbid: ['push'] }),
    points: 10,
    holdMs: 0,
    alert: 'high',
    exceptKnownDevice: false,
  },
  {
    at: 10,
    ...outcomeSpecOf({ decision: 'deny', require: 'mfa' }),
    points: 0,
    holdMs: 20 * 60_000,
    alert: 'critical',
    exceptKnownDevice: true,
  },
];
