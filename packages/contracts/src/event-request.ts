import {
  canonicalSubjectId,
  eventTypes,
  type EventType,
  type Instant,
  type SubjectRef,
} from '@stepgate/engine';
import { z } from 'zod';
import { contextSchema, subjectSchema } from './decision-request.js';
import { identifier, text } from './text.js';

const eventSchema = z
  .strictObject({
    id: identifier.describe('Idempotency: an event counts once however often it is sent.'),
    type: z.enum(eventTypes),
    subject: subjectSchema,
    occurred_at: z.iso.datetime({ offset: true }).optional(),
    decision_id: z.uuid().optional(),
    context: contextSchema.partial().optional(),
    data: z
      .looseObject({
        prompt_id: text(256)
          .optional()
          .describe('Which prompt was sent or answered; any text, the same in both events.'),
        since: z.iso
          .datetime({ offset: true })
          .optional()
          .describe(
            'With feedback_compromised: what was learnt from then on is forgotten. Without it, from the decision that the event names.',
          ),
      })
      .optional(),
  })
  .meta({ id: 'Event' });

const maxBatch = 100;

export const eventsRequestSchema = z
  .union([eventSchema, z.strictObject({ events: z.array(eventSchema).min(1).max(maxBatch) })])
  .meta({ id: 'EventsRequest' });
/** For errors: parsed with the one of the two shapes that the body means, so that paths are exact. */
export const eventsBodySchemaFor = (body: unknown) =>
  typeof body === 'object' && body !== null && 'events' in body
    ? z.strictObject({ events: z.array(eventSchema).min(1).max(maxBatch) })
    : eventSchema.transform((event) => ({ events: [event] }));

export type EventRequest = z.input<typeof eventSchema>;

export const eventsDurableSchema = z
  .boolean()
  // An engine of an earlier release does not say.
  .default(false)
  .describe(
    'Whether all of them, and the locks and alerts that they led to, are known to survive a crash of the store, and the loss of its primary where there are replicas.',
  );

export const eventsResponseSchema = z
  .object({ accepted: z.int(), duplicates: z.int(), durable: eventsDurableSchema })
  .meta({ id: 'EventsAccepted' });
export type EventsResponse = z.infer<typeof eventsResponseSchema>;

/** An event as the use case takes it. */
export interface EventInput {
  readonly id: string;
  readonly type: EventType;
  readonly subject: SubjectRef;
  readonly groups: readonly string[];
  readonly occurredAt: Instant | null;
  readonly decisionId: string | null;
  readonly address: string | null;
  readonly deviceId: string | null;
  readonly userAgent: string | null;
  readonly rttMs: number | null;
  /** Null: the answer is for the latest prompt that waits. */
  readonly promptId: string | null;
  /** From when on the subject was somebody else; see feedback_compromised. */
  readonly compromisedSince: Instant | null;
}

export const toEventInput = (event: z.output<typeof eventSchema>): EventInput => ({
  id: event.id,
  type: event.type,
  subject: { type: event.subject.type, id: canonicalSubjectId(event.subject.id) },
  groups: event.subject.properties?.groups ?? [],
  occurredAt: event.occurred_at === undefined ? null : Date.parse(event.occurred_at),
  decisionId: event.decision_id ?? null,
  address: event.context?.ip ?? null,
  deviceId: event.context?.device?.id ?? null,
  userAgent: event.context?.user_agent ?? null,
  rttMs: event.context?.rtt_ms ?? null,
  promptId: event.data?.prompt_id ?? null,
  compromisedSince: event.data?.since === undefined ? null : Date.parse(event.data.since),
});
