import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf, readAs, unknownOf } from './read-fixture.js';

const folder = process.env['STEPGATE_SHARED_DATA'] ?? join(__dirname, '../../../../shared/data');
const standard = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, 'standards', path), 'utf8'));

const describeWithSharedData = (name: string, body: () => void): void => {
  if (existsSync(folder)) describe(name, body);
  else describe.skip(`${name} (skipped: no test data, set STEPGATE_SHARED_DATA)`, body);
};

describeWithSharedData('the contract of', () => {
  it('an Okta event hook is read whole', () => {
    const read = readAs('okta', standard('idp/okta-event-hook-push-denied.json')['body']);
    expect(linesOf(read)).toEqual([
      '1 push_sent 00:01:00 alice@example.test 203.0.113.7 sess-1',
      '2 push_denied 00:02:00 alice@example.test - sess-1',
      '3 step_up_failed 00:03:00 alice@example.test 203.0.113.7 sess-1',
      '4 push_approved 00:04:00 alice@example.test - sess-1',
    ]);
    expect(unknownOf(read)).toEqual([]);
  });

  it('the Auth0 log is read, and every type that it lists is known', () => {
    const { example, types } = standard('idp/auth0-log-push.json');
    expect(linesOf(readAs('auth0', example))).toEqual([
      '1 push_denied 00:00:00 auth0|1 203.0.113.7 -',
    ]);
    const rows = Object.keys(types as object).map((type) => ({
      ...(example as { data: object }).data,
      type,
    }));
    expect(rows.length).toBeGreaterThan(5);
    expect(unknownOf(readAs('auth0', rows))).toEqual([]);
  });

  it("Duo's authentication log is read, and every reason that it lists is known", () => {
    const contract = standard('idp/duo-authlogs.json') as unknown as {
      readonly example: { response: { authlogs: object[] } };
      readonly reasons_denied: string[];
      readonly reasons_ok: string[];
      readonly factors_partial: string[];
    };
    expect(linesOf(readAs('duo', contract.example))).toEqual([
      '1 push_reported 00:00:00 alice 203.0.113.7 340a23e3-23f3-23c1-87dc-1491a23dfdbb',
    ]);
    const [row] = contract.example.response.authlogs;
    const rows = contract.factors_partial.flatMap((factor) => [
      ...contract.reasons_denied.map((reason) => ({ ...row, factor, result: 'denied', reason })),
      ...contract.reasons_ok.map((reason) => ({ ...row, factor, result: 'success', reason })),
    ]);
    expect(rows.length).toBeGreaterThan(100);
    expect(unknownOf(readAs('duo', rows))).toEqual([]);
  });

  it("OCSF's authentication class is read, beside a finding", () => {
    const { examples } = standard('ocsf/classes.json');
    const read = readAs('ocsf', examples);
    expect(linesOf(read)).toEqual(['1 push_denied 00:00:00 alice 203.0.113.7 dec_1']);
    expect([...read.irrelevant]).toEqual([['class 2004', 1]]);
  });
});
