import { asRow, fieldAt, type Row } from './fields.js';

/** A row with its number, from 1: its place in a list, or its line in a text of JSON lines. */
export interface NumberedRow {
  readonly number: number;
  /** Null: not a JSON object. */
  readonly row: Row | null;
}

export type DocumentRows =
  | { readonly kind: 'rows'; readonly rows: readonly NumberedRow[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

const unreadable = (reason: string): DocumentRows => ({ kind: 'unreadable', reason });

const parseJson = (text: string): { readonly value: unknown } | null => {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    // The parser's message quotes the text.
    return null;
  }
};

const numbered = (values: readonly unknown[]): DocumentRows => ({
  kind: 'rows',
  rows: values.map((value, index) => ({ number: index + 1, row: asRow(value) })),
});

const rowsOfValue = (
  value: unknown,
  envelopes: readonly (readonly string[])[],
): DocumentRows | null => {
  if (Array.isArray(value)) return numbered(value);
  const row = asRow(value);
  if (row === null) return null;
  const list = envelopes.map((path) => fieldAt(row, ...path)).find((found) => Array.isArray(found));
  return numbered(Array.isArray(list) ? list : [row]);
};

/** One JSON value a line; a line that is none is a row that cannot be read, not the end of the rest. */
const rowsOfLines = (text: string): DocumentRows => {
  const rows = text.split('\n').flatMap((line, index): NumberedRow[] => {
    if (line.trim() === '') return [];
    return [{ number: index + 1, row: asRow(parseJson(line)?.value) }];
  });
  return rows.some(({ row }) => row !== null)
    ? { kind: 'rows', rows }
    : unreadable('it is neither JSON nor JSON lines');
};

/**
 * The rows of a document: a JSON array, an envelope of the vendor's, one row alone, or JSON lines.
 *
 * @param document parsed JSON, or its text.
 */
export const rowsOfDocument = (
  document: unknown,
  envelopes: readonly (readonly string[])[],
): DocumentRows => {
  if (typeof document !== 'string') {
    return rowsOfValue(document, envelopes) ?? unreadable('it is neither an object nor a list');
  }
  const text = document.replace(/^\uFEFF/, '');
  const parsed = parseJson(text);
  if (parsed === null) return rowsOfLines(text);
  return rowsOfValue(parsed.value, envelopes) ?? unreadable('it is neither an object nor a list');
};
