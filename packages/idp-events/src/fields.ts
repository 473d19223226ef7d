import { z } from 'zod';

/** A row of an identity provider's log, as parsed from its JSON. Nothing in it is believed. */
export type Row = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const asRow = (value: unknown): Row | null => (isObject(value) ? value : null);

/** Own fields only: a row that is called `constructor` has no fields of Object's prototype. */
const ownField = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** What stands at a path of names; undefined where the path ends before. */
export const fieldAt = (row: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(ownField, row);

/** At most `max` entries of a list; none when it is no list. */
export const listAt = (row: unknown, path: readonly string[], max = 32): readonly unknown[] => {
  const value = fieldAt(row, ...path);
  return Array.isArray(value) ? value.slice(0, max) : [];
};

/** Text as the log has it, cut to `max`: for looking things up in it. Empty when there is none. */
export const textAt = (row: unknown, path: readonly string[], max = 256): string => {
  const value = fieldAt(row, ...path);
  return typeof value === 'string' ? value.slice(0, max) : '';
};

/** A whole number or its digits. */
export const numberAt = (row: unknown, ...path: readonly string[]): number | null => {
  const value = fieldAt(row, ...path);
  if (typeof value === 'string' && /^\d{1,16}$/.test(value)) return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

/**
 * Text that can be a name or an id: whole or not at all, since half a name is somebody else's.
 * Null for what the wire refuses (control characters, lone surrogates, nothing visible).
 */
export const nameIn = (value: unknown, max = 256): string | null => {
  if (typeof value !== 'string' || value.length > max || !value.isWellFormed()) {
    return null;
  }
  const visible = /[^\p{White_Space}\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(value);
  return visible && !/\p{Cc}/u.test(value) ? value : null;
};

/** The first of the paths at which a name stands. */
export const nameAt = (row: unknown, ...paths: readonly (readonly string[])[]): string | null => {
  for (const path of paths) {
    const name = nameIn(fieldAt(row, ...path));
    if (name !== null) return name;
  }
  return null;
};

/** Browsers say more of themselves than a name may hold. */
export const userAgentAt = (row: unknown, ...path: readonly string[]): string | null =>
  nameIn(fieldAt(row, ...path), 1_024);

const address = z.union([z.ipv4(), z.ipv6()]);

/** An address, strictly spelt; logs also hold `unknown`, ports and host names, which are none. */
export const addressIn = (value: unknown): string | null => {
  const parsed = address.safeParse(value);
  return parsed.success ? parsed.data : null;
};

export const addressAt = (
  row: unknown,
  ...paths: readonly (readonly string[])[]
): string | null => {
  for (const path of paths) {
    const found = addressIn(fieldAt(row, ...path));
    if (found !== null) return found;
  }
  return null;
};

const timestamp = z.iso.datetime({ offset: true });
/** Years of four digits, which is what RFC 3339 can say. */
const endOfTime = Date.UTC(10_000, 0);

/** Milliseconds since the epoch as RFC 3339, in UTC; null when it is no such time. */
export const timeOfMs = (ms: number | null): string | null =>
  ms !== null && ms >= 0 && ms < endOfTime ? new Date(ms).toISOString() : null;

export const timeIn = (value: unknown): string | null => {
  const parsed = timestamp.safeParse(value);
  return parsed.success ? timeOfMs(Date.parse(parsed.data)) : null;
};

/**
 * A code of the vendor's as it may be repeated in an answer or a metric. Codes are words; whatever
 * else stands in their place could be a person's name.
 */
export const codeText = (code: string): string =>
  /^[\w.:,+-]{1,64}$/.test(code) ? code : '(not a code)';
