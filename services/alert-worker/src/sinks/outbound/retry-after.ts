/** Retry-After (RFC 9110, 10.2.3), seconds or an HTTP date, as milliseconds from now; else null. */
export const parseRetryAfter = (value: string | null, now: number): number | null => {
  if (value === null) return null;
  if (/^\d{1,9}$/u.test(value)) return Number(value) * 1_000;
  // Date.parse takes bare numbers for years; an HTTP date begins with the day of the week.
  const date = /^[A-Z][a-z]{2}/u.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? null : Math.max(date - now, 0);
};
