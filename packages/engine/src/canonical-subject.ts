/**
 * One spelling per person. Every other spelling is a bucket of its own, and a limit of N becomes N
 * times the number of spellings (Authelia CVE-2025-24806, CVE-2026-47203; Vault CVE-2025-6004).
 *
 * NFKC, then case folding (through upper case, so that ß and final sigma fold too), then NFKC again
 * because folding can decompose; characters that leave no mark (format, control, default-ignorable)
 * go, runs of white space become one space, the ends are trimmed.
 */
export const canonicalSubjectId = (id: string): string =>
  id
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .trim();
