const blank = /\s/;
const escapedQuotes = new Set(["''", '\\"', '\\\\', '\\/']);

/** Source offset after the white space that stands for one folded blank of the value. */
const skipBlanks = (source: string, from: number): number => {
  let at = from;
  while (at < source.length && blank.test(source[at] ?? '')) at += 1;
  return at;
};

/**
 * Offset within the source of a scalar (quotes, escapes, folded lines and all) of the character at
 * `offset` of its value. Falls back to the start of the scalar where the two cannot be aligned.
 */
export const scalarOffset = (source: string, value: string, offset: number): number => {
  let at = source.startsWith("'") || source.startsWith('"') ? 1 : 0;
  if (source.startsWith('|') || source.startsWith('>')) {
    at = skipBlanks(source, source.indexOf('\n') + 1);
  }
  const start = at;
  for (let index = 0; index < offset; index += 1) {
    const wanted = value[index] ?? '';
    const found = source[at] ?? '';
    if (escapedQuotes.has(found + (source[at + 1] ?? '')) && !value.startsWith(`''`, index))
      at += 2;
    else if (found === wanted && !blank.test(source[at + 1] ?? 'x')) at += 1;
    else if (found === wanted) at = alignBlank(source, at + 1, value[index + 1]);
    else if (blank.test(wanted) && blank.test(found)) at = skipBlanks(source, at);
    else return start;
  }
  return at;
};

/** The character after this one is blank in the source: is it the value's own, or folding? */
const alignBlank = (source: string, at: number, next: string | undefined): number =>
  next === undefined || blank.test(next) ? at : skipBlanks(source, at);
