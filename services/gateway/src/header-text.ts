import type { IncomingMessage } from 'node:http';

/** Node hands out header bytes as Latin-1; proxies write UTF-8. */
const fromHeaderBytes = (value: string): string => {
  const bytes = Buffer.from(value, 'latin1');
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : value;
};

/** The other way round, so that a name survives the way to the upstream. */
export const toHeaderBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

export type HeaderReading =
  | { readonly kind: 'one'; readonly value: string }
  | { readonly kind: 'none' }
  /** A proxy that appends where it should replace: one of them may be the client's. */
  | { readonly kind: 'several' };

export const readHeader = (request: IncomingMessage, name: string): HeaderReading => {
  const [value, ...others] = request.headersDistinct[name] ?? [];
  if (value === undefined || value === '') return { kind: 'none' };
  return others.length > 0 ? { kind: 'several' } : { kind: 'one', value: fromHeaderBytes(value) };
};

/** The items of a comma-separated header. */
export const listIn = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
