import type { EventType } from '@stepgate/engine';
import type { Row } from './fields.js';

/** What a row says, field by field; null where it does not. */
export interface RowFacts {
  /** The vendor's own id of the row, stable over every delivery of it. */
  readonly id: string | null;
  readonly subject: string | null;
  /** RFC 3339. */
  readonly time: string | null;
  /** Of the device that signs in: where a prompt came from, not where it was answered. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Of the device that signs in, where the vendor has an id for it. */
  readonly deviceId: string | null;
  /** What the vendor calls the transaction or session that a prompt and its answer share. */
  readonly promptId: string | null;
  /** What of the row decided, in the vendor's words and without names of people. */
  readonly said: string;
  /** Of the phone on which a prompt was answered. */
  readonly authenticatorIp?: string | null;
  /** Further findings of the vendor's, flat. */
  readonly report?: Readonly<Record<string, string>>;
}

export type RowVerdict =
  | {
      readonly kind: 'events';
      /** In the order in which they happened; nearly always one. */
      readonly types: readonly [EventType, ...EventType[]];
      readonly facts: RowFacts;
    }
  /** Recognised, and of no meaning to a risk engine. */
  | { readonly kind: 'irrelevant'; readonly name: string }
  /** `what` and `reason` hold codes of the vendor, never a value that could name a person. */
  | { readonly kind: 'unknown'; readonly what: string; readonly reason: string };

export type RowReader = (row: Row) => RowVerdict;

/** A line of the mapping table in the documentation. */
export interface Mapping {
  readonly says: string;
  readonly becomes: EventType | 'irrelevant';
}

export interface IdpFormat {
  /** Paths of the list of rows in the envelopes that the vendor wraps them in. */
  readonly envelopes: readonly (readonly string[])[];
  /** Which fields hold what, for the reason why a row could not be used. */
  readonly fields: { readonly subject: string; readonly time: string };
  readonly mapping: readonly Mapping[];
  /** @param rows all rows of the document: what one says can depend on another. */
  readonly openDocument: (rows: readonly Row[]) => RowReader;
}

export const unknownRow = (what: string, reason: string): RowVerdict => ({
  kind: 'unknown',
  what,
  reason,
});

export const irrelevantRow = (name: string): RowVerdict => ({ kind: 'irrelevant', name });
