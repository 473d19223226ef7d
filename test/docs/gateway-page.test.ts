import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { riskHeaders } from '@stepgate/client';
import { parse } from 'yaml';
import { blocksOf, readPage, root, tableRowsOf } from './pages.js';

const page = 'docs/gateway.md';
const forwardAuth = '/v1/authz/forward-auth';
const source = (file: string): string =>
  readFileSync(join(root, 'services/gateway/src', file), 'utf8');
const blockOf = (language: string): string =>
  blocksOf(page).find((block) => block.language === language)?.text ?? '';
const namesIn = (text: string): string[] =>
  (text.match(/X-(?:Risk-\w+|Decision-Id)/g) ?? []).map((name) => name.toLowerCase());

describe('docs/gateway.md', () => {
  it('has every setting of the gateway in its table, and no other', () => {
    const settings = [...source('config.ts').matchAll(/^ {4}(STEPGATE_\w+): /gm)].map(
      ([, name = '']) => name,
    );
    const documented = tableRowsOf(page)
      .filter(([names = '']) => names.startsWith('`STEPGATE_'))
      .flatMap(([names = '']) => names.match(/(?<=`)[^` ]+(?=`)/g) ?? [])
      .map((name) => name.replace('…', 'STEPGATE'));
    expect(settings.length).toBeGreaterThan(15);
    expect(documented.sort()).toEqual(settings.sort());
  });

  it('promises the headers that forward-auth sends', () => {
    const promise = /five headers[\s\S]*?\.\s/.exec(readPage(page))?.[0] ?? '';
    const listed = namesIn(readPage(page).slice(readPage(page).indexOf(promise)).slice(0, 250));
    expect([...new Set(listed)].sort()).toEqual([...riskHeaders].sort());
  });

  it('has Caddy ask the route of forward-auth, and copy its headers', () => {
    const copied = /copy_headers (.*)/.exec(blockOf('caddyfile'))?.[1] ?? '';
    expect(namesIn(copied).sort()).toEqual([...riskHeaders].sort());
    expect(blockOf('caddyfile')).toContain(`uri ${forwardAuth}?application=`);
    expect(source('app.ts')).toContain(forwardAuth);
  });

  it('has Traefik ask the route of forward-auth, and copy its headers', () => {
    const { http } = parse(blockOf('yaml')) as {
      http: { middlewares: { stepgate: { forwardAuth: Record<string, unknown> } } };
    };
    const { address, authResponseHeaders, trustForwardHeader } =
      http.middlewares.stepgate.forwardAuth;
    expect(new URL(String(address)).pathname).toBe(forwardAuth);
    expect(trustForwardHeader).toBe(false);
    expect(namesIn(String(authResponseHeaders)).sort()).toEqual([...riskHeaders].sort());
  });

  it('sets for nginx the variables that the shipped files read', () => {
    const shipped = readFileSync(join(root, 'infra/nginx/stepgate.conf'), 'utf8');
    const set = [...blockOf('nginx').matchAll(/set \$(\w+)/g)].map(([, name = '']) => name);
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((name) => !shipped.includes(`$${name}`))).toEqual([]);
    expect(shipped).toContain(forwardAuth);
    expect(shipped).toContain('http://stepgate_gateway');
  });
});
