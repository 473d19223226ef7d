import { rowsOfDocument, type NumberedRow } from './document-rows.js';
import type { Row } from './fields.js';
import { formats, type FormatName } from './formats/index.js';
import { mapEvents, type MappedEvent } from './mapped-event.js';
import type { IdpFormat, RowReader, RowVerdict } from './row-verdict.js';

/** A row that was not understood. Neither text holds a value that could name a person. */
export interface UnknownRow {
  readonly row: number;
  readonly what: string;
  readonly reason: string;
}

export interface ReadDocument {
  readonly kind: 'read';
  /** In the order of the document. */
  readonly events: readonly MappedEvent[];
  /** The row that each of the events stands in. */
  readonly eventRows: readonly number[];
  readonly unknown: readonly UnknownRow[];
  /** Rows that were understood and mean nothing here, counted by name. */
  readonly irrelevant: ReadonlyMap<string, number>;
  readonly rows: number;
}

export type ReadOutcome =
  | ReadDocument
  /** No row could be made out at all. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'too_many_rows'; readonly rows: number };

interface Reading {
  readonly events: MappedEvent[];
  readonly eventRows: number[];
  readonly unknown: UnknownRow[];
  readonly irrelevant: Map<string, number>;
}

/** Names of irrelevant rows are the vendor's codes; a hostile sender could make up any number. */
const maxNames = 100;
const otherNames = 'other';

const countIrrelevant = (irrelevant: Map<string, number>, name: string): void => {
  const key = irrelevant.has(name) || irrelevant.size < maxNames ? name : otherNames;
  irrelevant.set(key, (irrelevant.get(key) ?? 0) + 1);
};

const verdictOf = (read: RowReader, row: Row | null): RowVerdict =>
  row === null
    ? { kind: 'unknown', what: 'not a row', reason: 'it is not a JSON object' }
    : read(row);

/** Who and when, or which field failed to say. */
const lackOf = (
  { fields }: IdpFormat,
  { subject, time }: { readonly subject: string | null; readonly time: string | null },
): string => {
  const lacking = [
    ...(subject === null ? [fields.subject] : []),
    ...(time === null ? [fields.time] : []),
  ];
  return `${lacking.join(' and ')} cannot be used`;
};

const takeRow = (
  name: FormatName,
  reading: Reading,
  { number, verdict }: { readonly number: number; readonly verdict: RowVerdict },
): void => {
  switch (verdict.kind) {
    case 'irrelevant':
      countIrrelevant(reading.irrelevant, verdict.name);
      return;
    case 'unknown':
      reading.unknown.push({ row: number, what: verdict.what, reason: verdict.reason });
      return;
    case 'events': {
      const { subject, time, said } = verdict.facts;
      if (subject === null || time === null) {
        const reason = lackOf(formats[name], verdict.facts);
        reading.unknown.push({ row: number, what: said, reason });
        return;
      }
      const mapped = mapEvents(name, verdict, { subject, time });
      reading.events.push(...mapped);
      reading.eventRows.push(...mapped.map(() => number));
    }
  }
};

const rowsWithFields = (rows: readonly NumberedRow[]): readonly Row[] =>
  rows.flatMap(({ row }) => (row === null ? [] : [row]));

/**
 * Reads what an identity provider logged: the events that a row stands for, and every row that was
 * not understood. A bad row is an unknown row; the rest of the document is read all the same.
 *
 * @param document parsed JSON, or its text: a list, an envelope of the vendor's, one row, JSON lines.
 */
export const readIdpEvents = (
  name: FormatName,
  document: unknown,
  { maxRows = 1_000_000 }: { readonly maxRows?: number } = {},
): ReadOutcome => {
  const format = formats[name];
  const found = rowsOfDocument(document, format.envelopes);
  if (found.kind === 'unreadable') return found;
  if (found.rows.length > maxRows) return { kind: 'too_many_rows', rows: found.rows.length };
  const read = format.openDocument(rowsWithFields(found.rows));
  const reading: Reading = { events: [], eventRows: [], unknown: [], irrelevant: new Map() };
  for (const { number, row } of found.rows) {
    takeRow(name, reading, { number, verdict: verdictOf(read, row) });
  }
  return { kind: 'read', ...reading, rows: found.rows.length };
};
