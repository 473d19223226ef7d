import { setImmediate } from 'node:timers/promises';
import type { createRecordEvent } from '@stepgate/assessment';
import {
  eventsBodySchemaFor,
  maxIdpRows,
  maxUnknownRows,
  oktaChallengeHeader,
  toEventInput,
  type EventInput,
  type IdpEventsResponse,
} from '@stepgate/contracts';
import type { Instant } from '@stepgate/engine';
import {
  formatNamed,
  formatNames,
  readIdpEvents,
  type MappedEvent,
  type ReadDocument,
  type ReadOutcome,
} from '@stepgate/idp-events';
import { maxAheadMs } from './events.js';
import type { Answer, Handler } from './handler.js';
import { recordInOrder } from './record-in-order.js';

export const idpRowResults = ['event', 'duplicate', 'irrelevant', 'unknown'] as const;
export type IdpRowResult = (typeof idpRowResults)[number];

export interface IdpEventRouteDeps {
  readonly recordEvent: ReturnType<typeof createRecordEvent>;
  /** Told of the rows of a document by what became of them. */
  readonly idpRowsRead: (format: string, rows: Readonly<Record<IdpRowResult, number>>) => void;
}

interface NumberedEvent {
  readonly row: number;
  readonly event: EventInput;
}

interface Sorted {
  readonly usable: readonly NumberedEvent[];
  readonly unknown: IdpEventsResponse['unknown'];
}

const checkAlone = (event: MappedEvent): EventInput | null => {
  const parsed = eventsBodySchemaFor(event).safeParse(event);
  const [checked] = parsed.success ? parsed.data.events : [];
  return checked === undefined ? null : toEventInput(checked);
};

/** Events of an identity provider pass the same checks as a caller's own; null for one that fails. */
const check = (events: readonly MappedEvent[]): readonly (EventInput | null)[] => {
  const parsed = eventsBodySchemaFor({ events }).safeParse({ events });
  return parsed.success ? parsed.data.events.map(toEventInput) : events.map(checkAlone);
};

/** So many events are checked in a row: a login that came meanwhile is not kept waiting. */
const checkedAtOnce = 50;

const sortOut = async (read: ReadDocument, now: Instant): Promise<Sorted> => {
  const usable: NumberedEvent[] = [];
  const unknown = read.unknown.map(({ row, reason }) => ({ row, reason }));
  for (let start = 0; start < read.events.length; start += checkedAtOnce) {
    check(read.events.slice(start, start + checkedAtOnce)).forEach((event, index) => {
      const row = read.eventRows[start + index] ?? 0;
      if (event === null) {
        unknown.push({ row, reason: 'it holds a value that an event cannot' });
      } else if ((event.occurredAt ?? now) > now + maxAheadMs) {
        unknown.push({ row, reason: 'it lies in the future; check the clocks' });
      } else {
        usable.push({ row, event });
      }
    });
    await setImmediate();
  }
  return { usable, unknown: unknown.toSorted((left, right) => left.row - right.row) };
};

const refusal = (read: Exclude<ReadOutcome, ReadDocument>): Answer =>
  read.kind === 'unreadable'
    ? { problem: 'malformed_json', detail: `The document cannot be read: ${read.reason}.` }
    : {
        problem: 'body_too_large',
        detail: `Send at most ${String(maxIdpRows)} rows at a time; this document has ${String(read.rows)}.`,
      };

const countOf = (irrelevant: ReadDocument['irrelevant']): number =>
  [...irrelevant.values()].reduce((sum, count) => sum + count, 0);

const noSuchFormat: Answer = {
  problem: 'not_found',
  detail: `There is no such format; there are ${formatNames.join(', ')}.`,
};

export const createRecordIdpEvents =
  ({ recordEvent, idpRowsRead }: IdpEventRouteDeps): Handler =>
  async ({ tenant, devNow, receivedAt, parameters, body }) => {
    const format = formatNamed(parameters['format'] ?? '');
    if (format === null) return noSuchFormat;
    const read = readIdpEvents(format, body, { maxRows: maxIdpRows });
    if (read.kind !== 'read') return refusal(read);
    const { usable, unknown } = await sortOut(read, devNow ?? receivedAt);
    const fresh = { events: 0, rows: new Set<number>() };
    let durable = true;
    await recordInOrder(usable, async ({ row, event }) => {
      const outcome = await recordEvent({ tenant, now: devNow }, event);
      durable &&= outcome.kind !== 'foreign_decision' && outcome.durable;
      if (outcome.kind !== 'recorded') return;
      fresh.events += 1;
      fresh.rows.add(row);
    });
    const rows = new Set(usable.map(({ row }) => row));
    const irrelevant = countOf(read.irrelevant);
    idpRowsRead(format, {
      event: fresh.rows.size,
      duplicate: rows.size - fresh.rows.size,
      irrelevant,
      unknown: unknown.length,
    });
    const answer: IdpEventsResponse = {
      accepted: fresh.events,
      duplicates: usable.length - fresh.events,
      irrelevant,
      unknown: unknown.slice(0, maxUnknownRows),
      unknown_rows: unknown.length,
      durable,
    };
    return { status: 202, body: answer };
  };

const challenge = /^[\x21-\x7e]{1,256}$/;

/**
 * Gives back what Okta sent, which proves that whoever runs this address wants its events. Nobody has
 * a key yet at that point; what is given back is short, visible ASCII in a JSON string.
 */
export const createVerifyEventHook =
  (): Handler =>
  ({ parameters, headers }) => {
    if (parameters['format'] !== 'okta') {
      return { problem: 'not_found', detail: 'Only Okta verifies its hooks this way.' };
    }
    const verification = headers[oktaChallengeHeader] ?? '';
    return challenge.test(verification)
      ? { status: 200, body: { verification } }
      : {
          problem: 'invalid_header',
          detail: 'X-Okta-Verification-Challenge must be 1 to 256 printable ASCII characters.',
        };
  };
