import { distance } from 'fastest-levenshtein';

const longestWord = 64;

/** The known word nearest to what was written; undefined when none is near enough to be a slip. */
export const suggest = (written: string, known: readonly string[]): string | undefined => {
  if (written.length > longestWord) return undefined;
  // Two letters swapped count as two; in a shorter word that would be half of it.
  const near = written.length < 4 ? 1 : Math.max(2, Math.floor(written.length / 3));
  const ranked = known
    .map((word) => ({ word, distance: distance(written.toLowerCase(), word.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= near)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.word;
};

/** `{suggestion}` to spread into a problem, or nothing. */
export const suggestionOf = (
  written: string,
  known: readonly string[],
): { readonly suggestion?: string } => {
  const suggestion = suggest(written, known);
  return suggestion === undefined ? {} : { suggestion };
};

/** A word from a file, short enough to stand in a message and free of control characters. */
export const quoted = (word: string): string =>
  `"${word.slice(0, longestWord).replace(/\p{C}/gu, '?')}${word.length > longestWord ? '…' : ''}"`;
