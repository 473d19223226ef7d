import { attackerNames } from '../src/login.js';
import { renderReport } from '../src/report/index.js';
import { evaluationResults } from './report-fixture.js';
import { elementsOf, parseStrictly, textOf, type Element } from './report-markup.js';

const page = renderReport(evaluationResults());
const elements = elementsOf(parseStrictly(page));
const named = (name: string, among: readonly Element[] = elements): Element[] =>
  among.filter((element) => element.name === name);
const idsOf = (among: readonly Element[]): string[] =>
  among.flatMap(({ attributes }) => attributes['id'] ?? []);

describe('the page of an evaluation', () => {
  it('is well-formed, with every id once and every reference to one answered', () => {
    const ids = idsOf(elements);
    expect(new Set(ids).size).toBe(ids.length);
    const references = elements.flatMap(({ attributes }) => [
      ...(attributes['aria-labelledby']?.split(' ') ?? []),
      ...(attributes['href']?.startsWith('#') ? [attributes['href'].slice(1)] : []),
      ...(attributes['fill']?.match(/(?<=url\(#)[\w-]+/) ?? []),
    ]);
    expect(references.length).toBeGreaterThan(40);
    expect(references.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('loads nothing: addresses stand in links alone, and the page forbids the rest', () => {
    const loading = ['script', 'link', 'img', 'iframe', 'object', 'embed', 'image', 'use', 'base'];
    expect(elements.filter(({ name }) => loading.includes(name))).toEqual([]);
    const withAddress = elements.filter(({ attributes }) =>
      Object.values(attributes).some((value) => /(?:https?:)?\/\//.test(value)),
    );
    expect([...new Set(withAddress.map(({ name }) => name))]).toEqual(['a']);
    expect(named('style').map(textOf).join()).not.toMatch(/url\(|@import|https?:/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('has a language, a title, one main heading, and a heading for every section', () => {
    expect(named('html').map(({ attributes }) => attributes['lang'])).toEqual(['en']);
    expect(named('h1')).toHaveLength(1);
    const sections = named('section');
    expect(sections).toHaveLength(10);
    expect(sections.filter((section) => named('h2', elementsOf(section)).length !== 1)).toEqual([]);
  });

  it('says in words what each plot shows', () => {
    const plots = named('svg').filter(({ attributes }) => attributes['aria-hidden'] !== 'true');
    expect(plots.length).toBeGreaterThan(18);
    const told = plots.map((plot) => {
      const [title, text] = [named('title', elementsOf(plot)), named('desc', elementsOf(plot))];
      return (
        plot.attributes['role'] === 'img' && textOf(title[0]!) !== '' && textOf(text[0]!) !== ''
      );
    });
    expect(told).toEqual(plots.map(() => true));
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('names the columns and the rows of each table', () => {
    const tables = named('table');
    expect(tables.length).toBeGreaterThan(8);
    const unnamed = tables.filter((table) => {
      const inside = elementsOf(table);
      const heads = named('th', inside);
      return (
        named('caption', inside).length !== 1 ||
        heads.some(({ attributes }) => !['col', 'row'].includes(attributes['scope'] ?? '')) ||
        named('tr', inside).some((row) => named('th', elementsOf(row)).length === 0)
      );
    });
    expect(unnamed).toEqual([]);
  });

  it('has a curve for every attacker, and lines that differ in more than colour', () => {
    for (const attacker of attackerNames)
      expect(idsOf(elements)).toContain(`roc-${attacker}-title`);
    const looks = named('ul')
      .filter(({ attributes }) => attributes['class'] === 'legend')
      .flatMap((legend) => named('path', elementsOf(legend)))
      .filter(({ attributes }) => attributes['class']?.startsWith('line'))
      .map(({ attributes }) => attributes['stroke-dasharray']);
    expect(new Set(looks).size).toBe(5);
  });

  it('has colours for dark pages as well', () => {
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('puts the published curves beside ours, with their source', () => {
    expect(page).toContain('as published (TOPS 2022): 2 after 39 logins');
    expect(page).toContain('doi:10.1145/3546069');
    expect(textOf(parseStrictly(page))).toMatch(/P\(1\)\s+0\.4012\s+0\.397\s/);
  });
});

describe('the verdict of the page', () => {
  const failing = { name: 'owner denied', value: 0.02, target: '<= 0.0001', holds: false };

  it('is that all checks hold only when all do', () => {
    expect(page).toContain('All 5 checks hold.');
    expect(page).not.toContain('does not hold');
  });

  it('names the check that fails', () => {
    const { checks } = evaluationResults();
    const bad = renderReport(evaluationResults({ checks: [...checks, failing] }));
    const rows = named('tr', elementsOf(parseStrictly(bad))).map(textOf);
    expect(bad).toContain('1 of 6 checks does not hold.');
    expect(rows.filter((row) => row.includes('✗ does not hold'))).toEqual([
      expect.stringMatching(/^\s*owner denied\s+0\.02\s+&lt;= 0\.0001/),
    ]);
  });

  it('is no praise when nothing was checked', () => {
    const empty = renderReport(evaluationResults({ checks: [] }));
    expect(empty).toContain('<p class="verdict fails">Nothing was checked.</p>');
  });

  it('warns that a quick run is not for quoting', () => {
    expect(renderReport(evaluationResults({ quick: true }))).toContain('A quick run:');
    expect(page).not.toContain('A quick run:');
  });
});

describe('hostile names', () => {
  const hostile = `"><script src='//evil.example/x'>&\u0000\ud800</script>\u001b[2J`;

  it('stay text wherever they stand', () => {
    const results = evaluationResults();
    const { population, ablation, travel } = results;
    const attacked = renderReport({
      ...results,
      population: { ...population, parameters: { [hostile]: hostile } },
      ablation: ablation.map((entry) => ({ ...entry, without: hostile })),
      travel: { ...travel, misses: [hostile], falseAlarms: [hostile] },
      agreement: { compared: 1, disagreements: [hostile] },
      checks: [{ name: hostile, value: hostile, target: hostile, holds: true }],
    });
    const inside = elementsOf(parseStrictly(attacked));
    expect(named('script', inside)).toEqual([]);
    expect(attacked.match(/evil\.example/g)!.length).toBeGreaterThan(8);
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(attacked).not.toMatch(/[\u0000\u001b]/);
    expect(attacked.isWellFormed()).toBe(true);
  });
});
