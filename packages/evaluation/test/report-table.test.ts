import { renderTable, reportJson } from '../src/report/index.js';
import { evaluationResults } from './report-fixture.js';

const linesOf = (table: string): string[] => table.trimEnd().split('\n');
const manyChecks = Array.from({ length: 60 }, (_, index) => ({
  name: `check ${String(index)} ${'with a long name '.repeat(8)}`,
  value: 'a measured value that is much too long for a column',
  target: 'a target that is much too long for a column',
  holds: index !== 57,
}));

describe('the table of an evaluation', () => {
  const table = renderTable(evaluationResults());

  it('says first whether all checks hold, and of what run', () => {
    expect(linesOf(table)[0]).toBe(
      'All 5 checks hold. (seeds 11 12 13 14 15, 12,000 users each, 241,055 logins in all, 703 s)',
    );
  });

  it('shows each check with value, target and verdict', () => {
    expect(table).toMatch(/^owner denied +0\.00004 +<= 0\.0001 +yes$/m);
    expect(table).toMatch(/^HTTP and in-process agree +20,000 of 20,000 +all +yes$/m);
  });

  it('shows area and recall per attacker and scorer', () => {
    expect(table).toMatch(/^naive( +0\.\d{3} \/ 0\.\d{3}){4}$/m);
    expect(table).toMatch(/^takeover profile( +0\.\d{3} \/ 0\.\d{3}){4}$/m);
  });

  it('shows every hard negative below all honest logins', () => {
    expect(table).toMatch(/^all +240,000 +2\.1 % +0\.004 % {4}office NAT/m);
    expect(table).toMatch(/ {4}mobile CGNAT +2,000 +28 % +0 %$/m);
  });

  it.each([
    ['as it is', evaluationResults()],
    ['with too many checks of too many words', evaluationResults({ checks: manyChecks })],
    ['of a quick run', evaluationResults({ quick: true, checks: manyChecks.slice(0, 27) })],
  ])('fits one screen of 45 lines and 100 columns, %s', (_, results) => {
    const lines = linesOf(renderTable(results));
    expect(lines.length).toBeLessThanOrEqual(45);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it('shows a check that fails, however many hold', () => {
    const lines = linesOf(renderTable(evaluationResults({ checks: manyChecks })));
    expect(lines[0]).toMatch(/^1 of 60 checks does not hold\./);
    expect(lines[3]).toMatch(/^check 57 .+ NO$/);
    expect(lines).toContain('… and 34 more, in the JSON');
  });

  it('leaves nothing in a name that steers a terminal', () => {
    const checks = [{ name: '\u001b[2Jcleared\nyes', value: 1, target: '\r0', holds: false }];
    expect(renderTable(evaluationResults({ checks }))).toMatch(/^\?\[2Jcleared\?yes +1 +\?0 +NO$/m);
  });
});

describe('the JSON of an evaluation', () => {
  it('begins with the checks and keeps every figure', () => {
    const results = evaluationResults();
    const { checks, ...figures } = results;
    const report = reportJson(results);
    expect(Object.keys(report)).toEqual(['checks', 'figures']);
    expect(JSON.parse(JSON.stringify(report))).toEqual({ checks, figures });
  });
});
