/** Where a quote might not end where it seems to, the text is left whole. */
const unusual = /\/\/|\\|"""|'''|\b[rRbB]+["']/;
const token = /"[^"]*"|'[^']*'|[([{]|[)\]}]|\|\||\?/g;

/**
 * The alternatives of a condition that is an `||` at its top, as texts; else the whole as the only
 * one. CEL absorbs an error on one side of `||` when the other is true, so each alternative may be
 * a condition of its own, and one that lacks a name costs nothing.
 *
 * @param text a condition that parses.
 */
export const alternativesOf = (text: string): readonly string[] => {
  if (unusual.test(text)) return [text];
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '?' && depth === 0) return [text];
    if ('([{'.includes(found)) depth += 1;
    else if (')]}'.includes(found)) depth -= 1;
    else if (found === '||' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + found.length;
    }
  }
  return [...parts, text.slice(start)];
};
