/** Format, default-ignorable and control characters leave no mark; white space is dealt with apart. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?!\p{White_Space})\p{Cc}/gu;

/**
 * Unicode's full case folding out of the two mappings that JavaScript has: down (ẞ has no capital of
 * its own), up (ß becomes SS), down again. The dotless ı is left alone: going through upper case
 * would make it an i, and ılker and ilker are two people.
 */
const foldCase = (text: string): string =>
  text
    .replace(/[^ı]+/gu, (run) => run.toLowerCase().toUpperCase().toLowerCase())
    .replaceAll('ς', 'σ');

/**
 * One spelling per person. Every other spelling is a bucket of its own, and a limit of N becomes N
 * times the number of spellings (Authelia CVE-2025-24806, CVE-2026-47203; Vault CVE-2025-6004).
 *
 * Compatibility caseless matching (Unicode 3.13) without the characters that leave no mark; a run of
 * white space is one space, and none at the ends. Letters that merely look alike stay apart: two
 * people in one bucket would teach each other's devices.
 *
 * Never throws; the canonical form of a canonical form is itself.
 */
export const canonicalSubjectId = (id: string): string =>
  // Twice: an invisible character keeps the marks on its two sides from falling into order.
  foldCase(id.normalize('NFKD').replace(invisible, '').normalize('NFKD'))
    .normalize('NFKC')
    .replace(/\p{White_Space}+/gu, ' ')
    .trim();
