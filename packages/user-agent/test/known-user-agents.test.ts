import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createUserAgentParser } from '../src/index.js';

const require = createRequire(import.meta.url);
const parser = createUserAgentParser();

const isAutomated = (text: string): boolean => {
  const signal = parser.parse(text);
  return signal.state !== 'observed' || signal.value.automated;
};

describe('user agents that nobody here wrote', () => {
  it('takes none of the browsers in the package user-agents for automated', () => {
    const path = require.resolve('user-agents').replace(/index\.cjs$/, 'user-agents.json');
    const rows = JSON.parse(readFileSync(path, 'utf8')) as { userAgent: string }[];
    const texts = [...new Set(rows.map(({ userAgent }) => userAgent))];
    expect(texts.length).toBeGreaterThan(500);
    expect(texts.filter(isAutomated)).toEqual([]);
  });

  it('finds at least 99 % of the crawlers in the package crawler-user-agents', () => {
    const rows = require('crawler-user-agents') as { instances: string[] }[];
    const texts = rows.flatMap(({ instances }) => instances);
    expect(texts.length).toBeGreaterThan(2000);
    expect(texts.filter(isAutomated).length / texts.length).toBeGreaterThanOrEqual(0.99);
  });
});

describe('the licence of ua-parser-js', () => {
  it('stays MIT: 2.x is AGPL-3.0-or-later and must not come in by an upgrade', () => {
    const entry = require.resolve('ua-parser-js');
    const manifest = JSON.parse(
      readFileSync(entry.replace(/src[/\\]ua-parser\.js$/, 'package.json'), 'utf8'),
    ) as { version: string; license: string };
    expect(Number(manifest.version.split('.')[0])).toBeLessThan(2);
    expect(manifest.license).toBe('MIT');

    const own = JSON.parse(readFileSync(require.resolve('../package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(own.dependencies['ua-parser-js']).toBe('1.0.41');
  });
});
