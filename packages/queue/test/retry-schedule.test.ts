import { retryDelayMs, standardRetryDelaysMs } from '../src/retry-schedule.js';

const asked = { retryAfterMs: null, random: 0.5 };

describe('retry schedule', () => {
  it('follows the delays of Standard Webhooks and goes on for more than a day', () => {
    const delays = standardRetryDelaysMs.map((_, index) =>
      retryDelayMs(standardRetryDelaysMs, { ...asked, attempts: index + 1 }),
    );
    expect(delays.map((ms) => ms / 1_000)).toEqual([
      5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
  });

  it('spreads each delay by a tenth either way', () => {
    expect(retryDelayMs([1_000], { ...asked, attempts: 1, random: 0 })).toBe(900);
    expect(retryDelayMs([1_000], { ...asked, attempts: 1, random: 0.999_999 })).toBe(1_100);
  });

  it('waits at least as long as the receiver asks, up to a day', () => {
    expect(retryDelayMs([5_000], { attempts: 1, random: 0.5, retryAfterMs: 60_000 })).toBe(60_000);
    expect(retryDelayMs([5_000], { attempts: 1, random: 0.5, retryAfterMs: 1_000 })).toBe(5_000);
    expect(retryDelayMs([5_000], { attempts: 1, random: 0.5, retryAfterMs: 9e12 })).toBe(
      86_400_000,
    );
  });

  it('repeats the last delay when there are more tries than delays', () => {
    expect(retryDelayMs([1_000, 2_000], { ...asked, attempts: 7 })).toBe(2_000);
    expect(retryDelayMs([], { ...asked, attempts: 1 })).toBe(0);
  });
});
