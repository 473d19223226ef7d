import type { CampaignRule, PushLadder } from '@stepgate/engine';
import { alertSeverities } from '@stepgate/engine';
import { z } from 'zod';
import { dayMs, duration, durationText } from './duration.js';
import { defaultRungs, rungsSchema } from './rungs.js';
import { strictObject } from './strict-object.js';

const counted = ['denied', 'ignored', 'reported'] as const;

/** NIST SP 800-63B-4 3.1.3.2: an out-of-band secret is good for ten minutes at most. */
const longestPromptMs = 10 * 60_000;
const longestAftermathMs = 7 * dayMs;

const defaultCampaign: CampaignRule = {
  source: 10,
  network: 25,
  tenant: 10,
  windowMs: 3_600_000,
  alert: 'critical',
};

/** The ladder of a policy that says nothing of its own. */
export const defaultLadder: PushLadder = {
  counted,
  windowMs: dayMs,
  rungs: defaultRungs,
  promptLifetimeMs: 2 * 60_000,
  quietMs: 2 * 3_600_000,
  updateMs: 10 * 60_000,
  aftermathMs: dayMs,
  campaign: defaultCampaign,
};

const described = <T extends z.ZodType>(schema: T, meaning: string, defaultMs: number) =>
  schema.meta({ description: `${meaning} Default ${durationText(defaultMs)}.` }).optional();

const subjects = (meaning: string, most: number) =>
  z
    .number()
    .int()
    .min(2)
    .max(1000)
    .meta({ description: `${meaning} Default ${String(most)}.` })
    .optional();

const campaignSchema = strictObject({
  source: subjects('Subjects prompted in vain from one address.', defaultCampaign.source),
  network: subjects('Subjects prompted in vain from one network (AS).', defaultCampaign.network),
  tenant: subjects('Subjects under attack at once in a tenant.', defaultCampaign.tenant),
  window: described(duration(), 'How long a subject counts.', defaultCampaign.windowMs),
  alert: z.enum(alertSeverities).meta({ description: 'Default critical.' }).optional(),
}).transform((written): CampaignRule => ({
  source: written.source ?? defaultCampaign.source,
  network: written.network ?? defaultCampaign.network,
  tenant: written.tenant ?? defaultCampaign.tenant,
  windowMs: written.window ?? defaultCampaign.windowMs,
  alert: written.alert ?? defaultCampaign.alert,
}));

interface WrittenTimes {
  readonly window?: number | undefined;
  readonly prompt_lifetime?: number | undefined;
  readonly quiet?: number | undefined;
  readonly update_every?: number | undefined;
}

/** Told at the key that was written; the other of the two may be a default. */
const timesInOrder = (written: WrittenTimes, context: z.core.$RefinementCtx): void => {
  const lifetimeMs = written.prompt_lifetime ?? defaultLadder.promptLifetimeMs;
  const windowMs = written.window ?? defaultLadder.windowMs;
  if (lifetimeMs > windowMs) {
    const message = `prompts live for ${durationText(lifetimeMs)}, but count for ${durationText(windowMs)} only: an ignored one would never count; shorten prompt_lifetime or lengthen window`;
    const key = written.prompt_lifetime === undefined ? 'window' : 'prompt_lifetime';
    context.addIssue({ code: 'custom', path: [key], message });
  }
  const updateMs = written.update_every ?? defaultLadder.updateMs;
  const quietMs = written.quiet ?? defaultLadder.quietMs;
  if (updateMs > quietMs) {
    const message = `an alert closes after ${durationText(quietMs)} of quiet, before its first update after ${durationText(updateMs)}; shorten update_every or lengthen quiet`;
    const key = written.update_every === undefined ? 'quiet' : 'update_every';
    context.addIssue({ code: 'custom', path: [key], message });
  }
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
  window: described(duration(), 'How long they count.', defaultLadder.windowMs),
  reset_on: z
    .literal('success_from_known_device')
    .meta({ description: 'What sets the count back. There is one choice.' })
    .optional(),
  prompt_lifetime: described(
    duration(longestPromptMs),
    'A prompt without an answer for so long counts as ignored.',
    defaultLadder.promptLifetimeMs,
  ),
  rungs: rungsSchema.optional(),
  quiet: described(duration(), 'An alert closes after so long.', defaultLadder.quietMs),
  update_every: described(
    duration(),
    'An open alert is told anew at most so often.',
    defaultLadder.updateMs,
  ),
  aftermath: described(
    duration(longestAftermathMs),
    'How long enrolment and recovery are held after an attack.',
    defaultLadder.aftermathMs,
  ),
  campaign: campaignSchema
    .meta({ description: 'How many subjects under attack make a campaign.' })
    .optional(),
})
  .superRefine(timesInOrder)
  .transform((written): PushLadder => ({
    counted: written.count ?? defaultLadder.counted,
    windowMs: written.window ?? defaultLadder.windowMs,
    rungs: written.rungs ?? defaultLadder.rungs,
    promptLifetimeMs: written.prompt_lifetime ?? defaultLadder.promptLifetimeMs,
    quietMs: written.quiet ?? defaultLadder.quietMs,
    updateMs: written.update_every ?? defaultLadder.updateMs,
    aftermathMs: written.aftermath ?? defaultLadder.aftermathMs,
    campaign: written.campaign ?? defaultCampaign,
  }));
