import { authenticators, levels, outcomes } from '@stepgate/engine';
import { z } from 'zod';

export const stepUpSchema = z.object({
  authenticators: z
    .array(z.enum(authenticators))
    .describe('What the policy allows and the subject has, best first.'),
  forbidden: z.array(z.enum(authenticators)),
  acr_values: z.array(z.string()).describe('RFC 9470, in order of preference; one suffices.'),
  number_matching: z.boolean(),
  max_age: z.int().min(0).describe('Seconds since the last active authentication; 0 = now.'),
  enrolment_required: z
    .boolean()
    .describe('Nothing that the subject has will do; nothing weaker is offered.'),
});

export const reasonSchema = z.object({
  code: z.string(),
  points: z.number(),
  detail: z.record(z.string(), z.unknown()),
});

const deviceTokenSchema = z
  .object({
    token: z
      .string()
      .describe('Opaque; for this subject alone. Names the device, and proves nothing.'),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'DeviceToken' });

/** Points of all reasons add up to the score; a clamp at 100 is itself a reason. */
export const decisionResponseSchema = z
  .object({
    decision_id: z.uuid(),
    attempt_id: z.string(),
    decision: z.enum(outcomes),
    risk: z.object({ score: z.number().min(0).max(100), level: z.enum(levels) }),
    step_up: stepUpSchema.nullable(),
    reasons: z.array(reasonSchema),
    policy: z.object({
      name: z.string(),
      version: z.string(),
      rule: z.string(),
      shadow: z.literal(true).optional().describe('Scored and logged, not enforced.'),
    }),
    degraded: z
      .array(z.string())
      .describe('Parts that could not be read: state, geo, network, reputation …'),
    expires_at: z.iso.datetime(),
    device: deviceTokenSchema
      .nullable()
      // An engine of an earlier release says nothing of it.
      .default(null)
      .describe(
        'With the allow of a login: the token to set as a cookie, HttpOnly. Null: keep what there is.',
      ),
    durable: z
      .boolean()
      .nullable()
      // An engine of an earlier release does not say.
      .default(null)
      .describe(
        'Of a denial and of a completion: whether it is known to survive a crash of the store, and the loss of its primary where there are replicas. Null: nothing in this answer had to be kept.',
      ),
  })
  .meta({ id: 'DecisionResponse' });

export type DecisionResponse = z.infer<typeof decisionResponseSchema>;
export type WireStepUp = z.infer<typeof stepUpSchema>;

const signalRecordSchema = z.object({
  state: z.enum(['observed', 'absent', 'unavailable']),
  value: z.unknown().optional(),
  cause: z.string().optional(),
});

/** The whole record: what was seen, what each rule said. Persons and addresses are pseudonyms. */
export const decisionRecordResponseSchema = decisionResponseSchema
  .extend({
    decided_at: z.iso.datetime(),
    action: z.string(),
    resource: z.object({ type: z.string(), id: z.string() }),
    subject: z.string(),
    source: z.string().nullable(),
    device: z.string().nullable(),
    evidence: z.record(z.string(), signalRecordSchema),
    verdicts: z.array(
      z.object({
        kind: z.enum(['signal', 'rule', 'level', 'limit', 'rung', 'lock', 'degraded', 'aftermath']),
        name: z.string(),
        met: z.boolean(),
        cause: z.string().optional(),
      }),
    ),
    completion: z
      .object({
        at: z.iso.datetime(),
        authenticator: z.enum(authenticators),
        decision: z.enum(outcomes),
      })
      .nullable(),
  })
  .meta({ id: 'DecisionRecord' });
export type DecisionRecordResponse = z.infer<typeof decisionRecordResponseSchema>;
