import { linearAxis, logAxis } from '../src/report/axis.js';
import { percent } from '../src/report/figures.js';
import { pointsOf, readPublishedCurves } from '../src/report/published-curves.js';

const format = String;

describe('an axis', () => {
  it.each([
    [0, 1, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
    [0, 39, ['0', '10', '20', '30']],
    [0, 0.05, ['0', '0.01', '0.02', '0.03', '0.04', '0.05']],
    [-3, 12, ['0', '5', '10']],
    [0, 3, ['0', '0.5', '1', '1.5', '2', '2.5', '3']],
  ])('from %p to %p has round ticks', (from, to, ticks) => {
    expect(linearAxis({ label: '', from, to, format }).ticks.map(({ text }) => text)).toEqual(
      ticks,
    );
  });

  it('that spans nothing is still drawn', () => {
    const axis = linearAxis({ label: '', from: 2, to: 2, format });
    expect(axis.ticks.length).toBeGreaterThan(1);
    expect(axis.place(2)).toBe(0);
  });

  it('places values evenly, and those beyond it at its ends', () => {
    const axis = linearAxis({ label: '', from: 0, to: 4, format });
    expect([-1, 0, 1, 4, 9].map(axis.place)).toEqual([0, 0, 0.25, 1, 1]);
  });

  it('by logarithm gives each power of ten the same room, and zero its left end', () => {
    const axis = logAxis({ label: '', from: 0.001, to: 1, format });
    expect(axis.ticks.map(({ text }) => text)).toEqual(['0.001', '0.01', '0.1', '1']);
    expect([0, 0.001, 1].map(axis.place)).toEqual([0, 0, 1]);
    expect(axis.place(0.01)).toBeCloseTo(1 / 3);
  });
});

describe('a share in words', () => {
  it.each([
    [0, '0 %'],
    [0.00004, '0.004 %'],
    [0.0123, '1.2 %'],
    [0.5, '50 %'],
    [0.998, '99.8 %'],
    [1, '100 %'],
    [Number.NaN, '–'],
  ])('%p is %p', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});

describe('the published curves', () => {
  const curves = readPublishedCurves();

  it.each([
    ['0.995', 3],
    ['0.99', 2],
    ['0.98', 1],
  ] as const)('ask at TPR %s for the naive attacker %p times in 12 logins', (rate, times) => {
    expect(curves.reauthentications.naive[rate]['12']).toBe(times);
  });

  it('are drawn in the order of history size', () => {
    const sizes = pointsOf(curves.reauthentications.vpn['0.995']).map(([size]) => size);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  });

  it('name their source', () => {
    expect(curves.cite).toContain('doi:10.1145/3546069');
  });
});
