import {
  actionNames,
  authenticators,
  deviceTokenStates,
  reputationCategories,
  signalNames,
} from '@stepgate/engine';
import { z } from 'zod';
import { duration } from '../schema/duration.js';
import { strictObject } from '../schema/strict-object.js';

const count = z.number().int().min(0).max(1_000_000);
const daysMs = 3650 * 86_400_000;
const ago = duration(daysMs);

/** `credentialBreachedAt` → `credential_breached`, `userAgent` → `user_agent`. */
export const signalWords = signalNames.map((name) => ({
  name,
  word: name.replace(/At$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
}));

const signalWord = z.enum(signalWords.map(({ word }) => word));

const place = strictObject({
  country: z.string().length(2).optional(),
  region: z.string().optional(),
  city: z.string().optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  precision_km: z.number().min(0).optional(),
});

/** The device of the attempt. */
const device = strictObject({
  sent: z.boolean().optional(),
  known: z.boolean().optional(),
  trusted: z.boolean().optional(),
  managed: z.boolean().nullable().optional(),
  token: z.enum(deviceTokenStates).optional(),
  named: z.boolean().optional().meta({
    description: 'Whether the caller names the device by an id of its own; true unless it says.',
  }),
  changed: z.boolean().optional(),
  age: ago.optional(),
});

const earlierPlace = strictObject({
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  precision_km: z.number().min(0).optional(),
  address: z.string().optional(),
  ago: ago.optional(),
});

/** What earlier proven logins taught. */
const ratio = z.number().positive().max(10).optional();
const likelihood = strictObject({ address: ratio, user_agent: ratio });

const history = strictObject({
  logins: count.optional(),
  devices: count.optional(),
  countries: z.array(z.string().length(2)).optional(),
  networks: z.array(count).optional(),
  hours: z.array(z.number().int().min(0).max(23)).optional(),
  last_login: ago.optional(),
  last_place: earlierPlace.optional(),
  other_places: z.array(earlierPlace).max(2).optional(),
});

const push = strictObject({
  sent: count.optional(),
  approved: count.optional(),
  denied: count.optional(),
  ignored: count.optional(),
  reported: count.optional(),
  unanswered_before_approval: count.optional(),
  since_success: count.optional(),
  pending: count.meta({ description: 'Prompts that wait for an answer.' }).optional(),
  since: ago.meta({ description: 'How long ago the first counted prompt was.' }).optional(),
  latest: ago.meta({ description: 'How long ago the latest was. Default just now.' }).optional(),
});

/**
 * What is unlike the clean baseline: a known device at its usual address, country and hour. Counts are
 * of the last ten minutes.
 */
export const givenSchema = strictObject({
  tenant: z.string().optional(),
  subject: z.string().optional(),
  subject_type: z.string().optional(),
  groups: z.array(z.string()).optional(),
  authenticators: z.array(z.enum(authenticators)).nullable().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  action: z.enum(actionNames).optional(),
  application: z.string().optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  address: z.string().optional(),
  network: strictObject({ asn: count.optional(), org: z.string().optional() }).optional(),
  place: place.optional(),
  listed: z.array(z.enum(reputationCategories)).optional(),
  user_agent: strictObject({
    browser: z.string().nullable().optional(),
    os: z.string().nullable().optional(),
    device_type: z.enum(['desktop', 'mobile', 'tablet', 'other']).optional(),
    automated: z.boolean().optional(),
  }).optional(),
  device: device.optional(),
  history: z.union([z.literal('none'), history]).optional(),
  likelihood: z
    .union([z.literal('insufficient'), likelihood])
    .optional()
    .meta({
      description:
        'How much likelier anybody is than the subject, by feature; unset: as familiar as it gets.',
    }),
  subject_failures: count.optional(),
  subject_sources: count.optional(),
  source: strictObject({
    failures: count.optional(),
    subjects: count.optional(),
    block_subjects: count.optional(),
    network_subjects: count.optional(),
    proven_subjects: count.optional(),
    proven: z
      .boolean()
      .meta({ description: 'The subject has signed in from there. Default: at the usual address.' })
      .optional(),
  }).optional(),
  push: push.optional(),
  limits_exceeded: z.array(z.string()).optional(),
  lock: strictObject({
    reason: z.enum(['push_fatigue', 'feedback_compromised']),
    ends_in: ago,
    except_known_device: z.boolean().optional(),
  }).optional(),
  credential_breached: ago
    .meta({ description: 'How long ago the breach was reported.' })
    .optional(),
  account_risk: ago
    .meta({ description: 'How long ago the subject was attacked, or signed in at high risk.' })
    .optional(),
  absent: z.array(signalWord).optional(),
  unavailable: z.array(z.union([z.literal('state'), signalWord])).optional(),
});

export type Given = z.output<typeof givenSchema>;
