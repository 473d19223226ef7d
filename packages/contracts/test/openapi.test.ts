import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument, problemCodes, routes } from '../src/index.js';

const file = join(__dirname, '../../../openapi.json');
const rendered = `${JSON.stringify(openApiDocument(), null, 2)}\n`;

describe('openapi.json', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, rendered);

  it('is what the schemas say (UPDATE_DOCS=1 writes it again)', () => {
    expect(readFileSync(file, 'utf8')).toBe(rendered);
  });

  it('resolves every reference that it makes', () => {
    const references = rendered.match(/"#\/components\/schemas\/\w+"/g) ?? [];
    const { schemas } = JSON.parse(rendered).components;
    const names = references.map((reference) => reference.slice(22, -1));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !(name in schemas))).toEqual([]);
    expect(rendered).not.toContain('#/$defs/');
  });

  it('tells of every route with its scope', () => {
    const { paths } = JSON.parse(rendered);
    for (const [operationId, route] of Object.entries(routes)) {
      const operation = paths[route.path][route.method];
      expect(operation.operationId).toBe(operationId);
      const ways = ['bearer', 'certificate', 'signature'];
      const security = route.scope === null ? [] : ways.map((way) => ({ [way]: [route.scope] }));
      expect(operation.security).toEqual(security);
    }
  });
});

describe('problem codes', () => {
  it('are client errors unless something on our side is wrong', () => {
    const server = Object.entries(problemCodes).filter(([, { status }]) => status >= 500);
    expect(server.map(([code]) => code)).toEqual(['internal', 'state_unavailable', 'overloaded']);
  });
});
