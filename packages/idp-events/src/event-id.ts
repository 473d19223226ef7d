/** Printable ASCII without spaces, at most so long: what the wire takes for an id. */
const maxIdLength = 128;
const idPattern = /^[\x21-\x7e]+$/;

const asId = (id: string): string | null =>
  id.length <= maxIdLength && idPattern.test(id) ? id : null;

/** `%` and hexadecimal for what an id cannot hold. */
const escaped = (part: string): string =>
  encodeURIComponent(part.toWellFormed()).replaceAll('%3A', ':');

/**
 * The same row has the same id however often it is delivered: the vendor's own, or, where it has none
 * that can be used, what tells the row from others.
 *
 * @param parts most telling first; each gets an equal share of the length, its end where it is longer.
 */
export const eventIdOf = (vendorId: string | null, parts: readonly string[]): string => {
  const own = vendorId === null ? null : asId(vendorId);
  if (own !== null) return own;
  const share = Math.floor(maxIdLength / parts.length) - 1;
  return parts.map((part) => escaped(part).slice(-share)).join('/');
};

/** Of a second event of the same row. */
export const furtherId = (id: string, what: string): string =>
  `${id.slice(0, maxIdLength - what.length - 1)}.${what}`;
