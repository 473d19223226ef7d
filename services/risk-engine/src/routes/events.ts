import type { createRecordEvent } from '@stepgate/assessment';
import { eventsBodySchemaFor, toEventInput } from '@stepgate/contracts';
import { unfit } from './decisions.js';
import type { Answer, Handler } from './handler.js';

export interface EventRouteDeps {
  readonly recordEvent: ReturnType<typeof createRecordEvent>;
}

/** Events may arrive late, but not from the future: beyond this, a clock is wrong. */
export const maxAheadMs = 60_000;

const prefixOf = (body: unknown, index: number): string =>
  typeof body === 'object' && body !== null && 'events' in body ? `events[${String(index)}].` : '';

const foreign = (body: unknown, indexes: readonly number[]): Answer => ({
  problem: 'invalid_request',
  detail: 'An event names a decision that was made for another subject; it was not recorded.',
  errors: indexes.map((index) => ({
    path: `${prefixOf(body, index)}decision_id`,
    message: 'belongs to a decision of another subject',
  })),
});

export const createRecordEvents =
  ({ recordEvent }: EventRouteDeps): Handler =>
  async (call) => {
    const parsed = eventsBodySchemaFor(call.body).safeParse(call.body);
    if (!parsed.success) return unfit(parsed.error);
    const events = parsed.data.events.map(toEventInput);
    const now = call.devNow ?? call.receivedAt;
    const ahead = events.findIndex((event) => (event.occurredAt ?? now) > now + maxAheadMs);
    if (ahead !== -1) {
      const path = `${prefixOf(call.body, ahead)}occurred_at`;
      const errors = [{ path, message: 'lies in the future; check the clock of the sender' }];
      return { problem: 'invalid_request', detail: 'An event lies in the future.', errors };
    }
    const outcomes = await Promise.all(
      events.map((event) => recordEvent({ tenant: call.tenant, now: call.devNow }, event)),
    );
    const foreignIndexes = outcomes.flatMap((outcome, index) =>
      outcome.kind === 'foreign_decision' ? [index] : [],
    );
    if (foreignIndexes.length > 0) return foreign(call.body, foreignIndexes);
    const duplicates = outcomes.filter((outcome) => outcome.kind === 'duplicate').length;
    const durable = outcomes.every((outcome) => 'durable' in outcome && outcome.durable);
    return { status: 202, body: { accepted: outcomes.length - duplicates, duplicates, durable } };
  };
