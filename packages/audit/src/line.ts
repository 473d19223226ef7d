import { hash, sign, verify, type KeyObject } from 'node:crypto';
import type { SigningKey } from './signing-key.js';

export const auditKinds = [
  'opened',
  'decision',
  'completion',
  'change',
  'gap',
  'checkpoint',
  'closed',
] as const;
export type AuditKind = (typeof auditKinds)[number];

export type AuditData = Readonly<
  Record<string, string | number | boolean | null | readonly string[] | undefined>
>;

/** Where a line stands in its chain. */
export interface Position {
  readonly seq: number;
  /** SHA-256 of the line's bytes without the line feed, lower-case hex. */
  readonly hash: string;
}

/** Before the first line of a chain. */
export const nowhere: Position = { seq: -1, hash: '0'.repeat(64) };

/** U+2028, C1 controls or a bidirectional mark would be lines or orders to whoever looks at the file. */
// eslint-disable-next-line no-control-regex -- all that is not printable ASCII
const unprintable = /[^\x00-\x7e]/;
// eslint-disable-next-line no-control-regex -- as above, one UTF-16 unit at a time
const unprintables = /[^\x00-\x7e]/g;

const escapeUnit = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The one spelling of a value: JSON without blanks, in the order of its keys, printable ASCII only. */
export const spell = (value: unknown): string => {
  const text = JSON.stringify(value);
  return unprintable.test(text) ? text.replaceAll(unprintables, escapeUnit) : text;
};

export const hashLine = (line: string | Buffer): string => hash('sha256', line, 'hex');

interface Entry {
  readonly at: string;
  readonly kind: AuditKind;
  readonly data: AuditData;
}

export const spellLine = (previous: Position, { at, kind, data }: Entry): string =>
  spell({ seq: previous.seq + 1, at, kind, ...data, prev: previous.hash });

/** The signature covers every byte before it, and by `prev` every line before this one. */
export const signLine = (line: string, { privateKey }: Pick<SigningKey, 'privateKey'>): string =>
  `${line.slice(0, -1)},"sig":"${sign(null, Buffer.from(line), privateKey).toString('base64url')}"}`;

const signature = /,"sig":"([A-Za-z0-9_-]{86})"\}$/;

export const isSignedBy = (line: string, publicKey: KeyObject): boolean => {
  const found = signature.exec(line);
  if (found === null) return false;
  const [, text = ''] = found;
  const bytes = Buffer.from(text, 'base64url');
  // The last character has four bits to spare: only one of its sixteen spellings is the line's.
  if (bytes.toString('base64url') !== text) return false;
  return verify(null, Buffer.from(`${line.slice(0, found.index)}}`), publicKey, bytes);
};
