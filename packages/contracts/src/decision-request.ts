import {
  actionNames,
  authenticators,
  canonicalSubjectId,
  type Attempt,
  type Authenticator,
} from '@stepgate/engine';
import { z } from 'zod';
import { ipAddress } from './ip-address.js';
import { attributes, identifier, text } from './text.js';

export const subjectIdSchema = text(256).refine(
  (id) => canonicalSubjectId(id) !== '',
  'must hold at least one visible character',
);

export const groupsSchema = z.array(text(128)).max(64);
const authenticatorsSchema = z.array(z.enum(authenticators)).max(authenticators.length);

export const subjectSchema = z.strictObject({
  type: text(64),
  id: subjectIdSchema,
  properties: z
    .looseObject({
      groups: groupsSchema.optional(),
      authenticators: authenticatorsSchema.optional(),
    })
    .optional()
    .describe('groups and authenticators are typed; other attributes are for policies to read'),
});

export const deviceSchema = z.strictObject({
  id: text(256).optional(),
  token: z
    .string()
    .max(512)
    .optional()
    .describe(
      "What an earlier answer gave for this subject's browser to keep, as the browser sent it back. It names the device in place of id.",
    ),
  managed: z.boolean().optional(),
  fingerprint: attributes.optional(),
});

/** The caller's own signals: flat, so that an expression can name them. */
const callerSignals = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'names are lower_snake_case, 64 characters at most'),
  z.union([z.number(), z.boolean(), text(256)]),
);

export const contextSchema = z.strictObject({
  ip: ipAddress,
  user_agent: z.string().max(8192).optional(),
  device: deviceSchema.optional(),
  amr: z.array(text(32)).max(16).optional(),
  session_id: text(256).optional(),
  rtt_ms: z.number().min(0).max(600_000).optional(),
  signals: callerSignals.optional(),
});

export const decisionRequestSchema = z
  .strictObject({
    attempt_id: identifier
      .optional()
      .describe('Idempotency: same id and body, same answer, counted once; another body is 409.'),
    subject: subjectSchema,
    action: z.strictObject({ name: z.enum(actionNames), properties: attributes.optional() }),
    resource: z.strictObject({ type: text(64), id: text(256), properties: attributes.optional() }),
    context: contextSchema,
  })
  .meta({ id: 'DecisionRequest' });

export type DecisionRequest = z.input<typeof decisionRequestSchema>;

/** A decision request as the use case takes it: canonical, typed, its tenant known. */
export interface DecisionInput {
  readonly attempt: Attempt;
  readonly attemptId: string | null;
  readonly address: string;
  readonly userAgent: string | null;
  readonly rttMs: number | null;
  readonly device: {
    readonly id: string | null;
    readonly token: string | null;
    readonly managed: boolean | null;
    readonly fingerprint: Readonly<Record<string, unknown>> | null;
  } | null;
}

interface SubjectClaims {
  readonly groups: readonly string[];
  readonly authenticators: readonly Authenticator[] | null;
}

const claimsOf = (subject: z.output<typeof subjectSchema>): SubjectClaims => ({
  groups: subject.properties?.groups ?? [],
  authenticators: subject.properties?.authenticators ?? null,
});

/** @param tenant from the caller's key, never from the body. */
export const toDecisionInput = (
  request: z.output<typeof decisionRequestSchema>,
  tenant: string,
): DecisionInput => {
  const { subject, action, resource, context } = request;
  return {
    attempt: {
      tenant,
      subject: {
        type: subject.type,
        id: canonicalSubjectId(subject.id),
        properties: subject.properties ?? {},
      },
      action: { name: action.name, properties: action.properties ?? {} },
      resource: { type: resource.type, id: resource.id, properties: resource.properties ?? {} },
      context,
      ...claimsOf(subject),
    },
    attemptId: request.attempt_id ?? null,
    address: context.ip,
    userAgent: context.user_agent ?? null,
    rttMs: context.rtt_ms ?? null,
    device:
      context.device === undefined
        ? null
        : {
            id: context.device.id ?? null,
            token: context.device.token ?? null,
            managed: context.device.managed ?? null,
            fingerprint: context.device.fingerprint ?? null,
          },
  };
};
