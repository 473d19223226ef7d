import {
  completionRequestSchema,
  eventsBodySchemaFor,
  problemCodes,
  routes,
} from '@stepgate/contracts';
import { blocksOf, tableRowsOf } from './pages.js';

const page = 'docs/api.md';
const rows = tableRowsOf(page);
const codesOf = (cell: string): string[] => cell.match(/\w+/g) ?? [];

describe('docs/api.md', () => {
  it('lists every route with its scope, and no other', () => {
    const documented = rows
      .map(([call = '', scope = '']) => [call, scope])
      .filter(([call]) => /^`(?:GET|POST|DELETE|PUT|PATCH) [^`]+`$/.test(call ?? ''));
    const served = Object.values(routes).map(({ method, path, scope }) => [
      `\`${method.toUpperCase()} ${path}\``,
      scope === null ? '–' : `\`${scope}\``,
    ]);
    expect(documented.sort()).toEqual(served.sort());
  });

  it('lists every problem with its status, and no other', () => {
    const documented = rows
      .filter(([status = '']) => /^\d{3}$/.test(status))
      .flatMap(([status = '', codes = '']) => codesOf(codes).map((code) => [code, Number(status)]));
    const answered = Object.entries(problemCodes).map(([code, { status }]) => [code, status]);
    expect(documented.sort()).toEqual(answered.sort());
  });

  it('shows bodies that the engine accepts', () => {
    const bodies = blocksOf(page)
      .filter(({ language }) => language === 'json')
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    const refused = bodies.filter((body) => {
      const schema = 'authenticator' in body ? completionRequestSchema : eventsBodySchemaFor(body);
      return !schema.safeParse(body).success;
    });
    expect(bodies.map((body) => body['type'] ?? 'completion')).toEqual([
      'login_succeeded',
      'login_failed',
      'completion',
    ]);
    expect(refused).toEqual([]);
  });
});
