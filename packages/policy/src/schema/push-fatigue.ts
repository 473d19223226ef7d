import type { PushLadder, Rung } from '@stepgate/engine';
import { alertSeverities } from '@stepgate/engine';
import { z } from 'zod';
import { duration } from './duration.js';
import { demandShape, outcomeName, outcomeSpecOf } from './outcome.js';
import { strictObject } from './strict-object.js';

const counted = ['denied', 'ignored', 'reported'] as const;

const rung = strictObject({
  at: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .meta({ description: 'Counted prompts that reach this rung.' }),
  decision: outcomeName.optional(),
  ...demandShape,
  points: z.number().min(0).max(100).optional(),
  hold: duration().meta({ description: 'With deny: how long the subject is held.' }).optional(),
  alert: z.enum(alertSeverities).meta({ description: 'Raise an alert.' }).optional(),
  except: z
    .literal('known_device')
    .meta({ description: 'A proven device is stepped up, not denied.' })
    .optional(),
})
  .superRefine((written, context) => {
    if (written.hold !== undefined && written.decision !== 'deny') {
      const message = 'hold needs decision: deny; add it, or delete hold';
      context.addIssue({ code: 'custom', path: ['hold'], message });
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

/** The ladder of design.md section 5: number matching, then no push at all, then a hold. */
export const defaultLadder: PushLadder = {
  counted,
  windowMs: 24 * 3_600_000,
  rungs: [
    {
      at: 3,
      ...outcomeSpecOf({ decision: 'allow', number_matching: true }),
      points: 0,
      holdMs: 0,
      alert: null,
      exceptKnownDevice: false,
    },
    {
      at: 5,
      ...outcomeSpecOf({ decision: 'allow', forbid: ['push'] }),
      points: 0,
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
  ],
};

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

export const pushFatigueSchema = strictObject({
  count: z
    .array(z.enum(counted))
    .min(1)
    .max(counted.length)
    .refine(
      (results) => new Set(results).size === results.length,
      'names a result twice; delete one',
    )
    .meta({ description: 'Which results of a prompt count. Default all three.' })
    .optional(),
  window: duration().meta({ description: 'Default 24h.' }).optional(),
  reset_on: z
    .literal('success_from_known_device')
    .meta({ description: 'What sets the count back. There is one choice.' })
    .optional(),
  rungs: z.array(rung).max(10).superRefine(ascending).optional(),
}).transform((written): PushLadder => ({
  counted: written.count ?? defaultLadder.counted,
  windowMs: written.window ?? defaultLadder.windowMs,
  rungs: written.rungs ?? defaultLadder.rungs,
}));
