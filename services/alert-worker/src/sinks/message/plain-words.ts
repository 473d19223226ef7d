/** Longer names than this are cut where people read them. */
const longest = 200;

/**
 * A word that somebody else chose (a user id, a device), fit to stand in a line that a human reads: no
 * line breaks, no control characters, none that turn the direction of the text or hide in it.
 */
export const plainWords = (text: string): string => {
  const clean = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return clean.length > longest ? `${clean.slice(0, longest).toWellFormed()}…` : clean;
};
