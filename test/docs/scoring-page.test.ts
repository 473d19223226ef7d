import { detectors, observed, type Evidence, type Familiarity } from '@stepgate/engine';
import { cleanEvidence, cleanNow } from '@stepgate/testing';
import { readPage, tableRowsOf } from './pages.js';

const page = 'docs/scoring.md';
const rows = tableRowsOf(page);
const levels = ['address', 'asn', 'country', 'userAgent', 'browser', 'os', 'deviceType'] as const;

/** Cells of the rows whose other cells all look like this, by the name in the first. */
const rowsLike = (pattern: RegExp): Map<string, string[]> =>
  new Map(
    rows
      .filter(([, ...cells]) => cells.every((cell) => pattern.test(cell)))
      .map(([name = '', ...cells]) => [name, cells]),
  );

const attempts = rowsLike(/^[\d,]+ \/ [\d,]+$/);
const results = rowsLike(/^[\d.]+(?: \+ [\d.]+ = [\d.]+)?$/);

const countsIn = (cells: readonly string[], part: 0 | 1) => {
  const counts = cells.map((cell) => Number(cell.split(' / ')[part]?.replaceAll(',', '')));
  const named = Object.fromEntries(levels.map((level, index) => [level, counts[index]]));
  return { rtt: null, hour: null, ...named } as Familiarity['own'];
};

const numberIn = (pattern: RegExp): number =>
  Number(pattern.exec(readPage(page))?.[1]?.replaceAll(',', ''));

const familiarityOf = (cells: readonly string[]): Familiarity => ({
  logins: numberIn(/signed in (\d+) times/),
  own: countsIn(cells, 0),
  population: {
    logins: numberIn(/tenant with ([\d,]+) logins/),
    returns: 0,
    subjects: numberIn(/logins of ([\d,]+) people/),
    counts: countsIn(cells, 1),
    distinct: {
      address: 15_000,
      asn: numberIn(/know (\d+) networks/),
      country: numberIn(/(\d+) countries, \d+ browsers/),
      userAgent: 4_000,
      browser: numberIn(/(\d+) browsers/),
      os: numberIn(/(\d+)\s+systems/),
      deviceType: numberIn(/(\d+) device types/),
      rtt: 0,
      hour: 24,
    },
  },
});

/** A row of the second table, as the engine has it. */
const judged = (cells: readonly string[]): string[] => {
  const { history_unlikely: detector } = detectors;
  const evidence: Evidence = cleanEvidence({ familiarity: observed(familiarityOf(cells)) });
  const finding = detector.detect(evidence, detector.defaults, cleanNow);
  if (finding?.reason !== 'history_unlikely') return [];
  const { features } = finding.detail;
  const sum = features.map(({ points }) => String(points)).join(' + ');
  return [...features.map(({ ratio }) => String(ratio)), `${sum} = ${String(finding.points)}`];
};

describe('docs/scoring.md', () => {
  it('shows the ratios and points that the engine gives to its example', () => {
    expect(attempts.size).toBe(4);
    const computed = new Map([...attempts].map(([name, cells]) => [name, judged(cells)]));
    expect(results).toEqual(computed);
  });

  it('names the points that the model has by default', () => {
    const { address, user_agent: userAgent } = detectors.history_unlikely.defaults.points;
    expect(readPage(page)).toContain(
      `points: {address: ${String(address)}, user_agent: ${String(userAgent)}}`,
    );
  });

  it('is of a size that is read', () => {
    expect(readPage(page).split('\n').length).toBeLessThan(300);
  });
});
