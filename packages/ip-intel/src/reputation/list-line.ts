import { parseRange } from '../range.js';
import type { AddressRange } from '../range.js';

export type ListLine =
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'asn'; readonly asn: number }
  /** Fewer reports than the list's least count. */
  | { readonly kind: 'below' }
  /** `# updated: 2026-08-22`, which tells more than the file's own date after a checkout. */
  | { readonly kind: 'updated'; readonly date: Date }
  | { readonly kind: 'blank' }
  | { readonly kind: 'bad'; readonly why: string };

/** Shortest prefixes taken: one slipped digit must not put half of the Internet on a list. */
const shortestPrefix = { 4: 8, 6: 16 } as const;
const maxLineLength = 1000;
const largestAsn = 0xffff_ffff;

const bad = (why: string): ListLine => ({ kind: 'bad', why });
const blank: ListLine = { kind: 'blank' };
const below: ListLine = { kind: 'below' };

const parseComment = (text: string): ListLine => {
  const [, day] = /^#\s*updated:\s*(\d{4}-\d{2}-\d{2})\s*$/i.exec(text) ?? [];
  const date = new Date(`${day ?? ''}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? blank : { kind: 'updated', date };
};

const parseAsn = (digits: string): ListLine => {
  const asn = Number(digits);
  return asn > 0 && asn <= largestAsn ? { kind: 'asn', asn } : bad('AS number out of range');
};

/** `minimumCount` as the file's name says. Never throws. */
export const parseListLine = (line: string, minimumCount: number): ListLine => {
  if (line.length > maxLineLength) return bad('line too long');
  const hash = line.indexOf('#');
  const text = (hash === -1 ? line : line.slice(0, hash)).trim();
  if (text === '') return hash === -1 ? blank : parseComment(line.trim());
  const [entry = '', count, ...rest] = text.split(/[\t ]+/);
  if (rest.length > 0) return bad('more than an entry and a count');
  if (count !== undefined && !/^\d{1,9}$/.test(count)) return bad('count is not a number');
  const [, digits] = /^AS(\d{1,10})$/i.exec(entry) ?? [];
  const range = digits === undefined ? parseRange(entry) : null;
  if (digits === undefined && range === null) return bad('not an address, block or AS number');
  if (range !== null && range.length < shortestPrefix[range.family]) return bad('block too wide');
  if (count !== undefined && Number(count) < minimumCount) return below;
  return range === null ? parseAsn(digits ?? '') : { kind: 'range', range };
};
