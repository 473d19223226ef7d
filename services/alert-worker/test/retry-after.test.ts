import { parseRetryAfter } from '../src/sinks/outbound/retry-after.js';

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    [null, null],
  ])('reads %s as %s', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
