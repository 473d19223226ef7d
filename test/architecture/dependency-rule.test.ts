import { areas, folderOf } from '../../scripts/dependency-rule.cjs';
import { looseRanges } from '../../scripts/supply-chain/integrity.js';
import { dependencyTable } from './dependency-table.js';
import { cruise, withTree, type Violation } from './cruise.js';
import { readManifest, readText, root, writeText } from './repository.js';

type Case = readonly [file: string, statement: string];

const value = (from: string): string => `import { it } from '${from}';\nexport const use = it;\n`;
const type = (from: string): string =>
  `import type { It } from '${from}';\nexport type Use = It;\n`;

const refused: readonly Case[] = [
  ['packages/engine/src/a.ts', value('node:fs')],
  ['packages/engine/src/b.ts', value('zod')],
  ['packages/engine/src/c.ts', type('@stepgate/contracts')],
  ['packages/engine/src/d.ts', type('@stepgate/policy')],
  ['packages/policy/src/a.ts', value('node:fs')],
  ['packages/policy/src/b.ts', value('@stepgate/contracts')],
  ['packages/policy/src/c.ts', value('ioredis')],
  ['packages/contracts/src/a.ts', value('@stepgate/assessment')],
  ['packages/contracts/src/b.ts', value('express')],
  ['packages/contracts/src/c.ts', value('node:crypto')],
  ['packages/assessment/src/a.ts', value('@stepgate/contracts')],
  ['packages/assessment/src/b.ts', value('@stepgate/policy')],
  ['packages/assessment/src/c.ts', type('@stepgate/redis')],
  ['packages/assessment/src/d.ts', value('zod')],
  ['packages/assessment/src/e.ts', value('node:timers')],
  ['packages/idp-events/src/a.ts', value('@stepgate/contracts')],
  ['packages/idp-events/src/b.ts', value('node:fs')],
  ['packages/redis/src/a.ts', value('@stepgate/telemetry')],
  ['packages/redis/src/b.ts', value('bullmq')],
  ['packages/redis/src/c.ts', type('@stepgate/contracts')],
  ['packages/ip-intel/src/a.ts', value('@stepgate/redis')],
  ['packages/ip-intel/src/b.ts', value('ioredis')],
  ['packages/user-agent/src/a.ts', value('@stepgate/ip-intel')],
  ['packages/user-agent/src/b.ts', value('geoip-lite')],
  ['packages/queue/src/a.ts', value('@stepgate/redis')],
  ['packages/queue/src/b.ts', value('cockatiel')],
  ['packages/telemetry/src/a.ts', value('@stepgate/queue')],
  ['packages/telemetry/src/b.ts', value('ioredis')],
  ['packages/client/src/a.ts', value('@stepgate/engine')],
  ['packages/client/src/b.ts', value('express')],
  ['packages/client/src/c.ts', type('@stepgate/telemetry')],
  ['packages/cli/src/a.ts', value('@stepgate/testing')],
  ['packages/cli/src/b.ts', value('../../../services/gateway/src/index.js')],
  ['services/risk-engine/src/a.ts', value('@stepgate/testing')],
  ['services/risk-engine/src/b.ts', value('@stepgate/redis')],
  ['services/risk-engine/src/c.ts', value('../../gateway/src/index.js')],
  ['services/risk-engine/src/d.ts', value('ioredis')],
  ['services/gateway/src/a.ts', value('@stepgate/queue')],
  ['services/gateway/src/compose.ts', value('../../risk-engine/src/index.js')],
  ['services/alert-worker/src/a.ts', value('@stepgate/redis')],
  ['services/alert-worker/src/b.ts', value('bullmq')],
  // Any package at all: past its index, or a library that nobody listed or installed.
  ['packages/redis/src/d.ts', value('../../engine/src/score.js')],
  ['packages/redis/src/e.ts', value('left-pad')],
  ['packages/redis/src/f.ts', value('not-installed')],
];

const accepted: readonly Case[] = [
  ['packages/policy/src/z.ts', value('@stepgate/engine')],
  ['packages/policy/src/y.ts', value('yaml')],
  ['packages/contracts/src/z.ts', value('zod')],
  ['packages/assessment/src/z.ts', type('@stepgate/contracts')],
  ['packages/assessment/src/y.ts', value('@stepgate/engine')],
  ['packages/idp-events/src/z.ts', type('@stepgate/contracts')],
  ['packages/redis/src/z.ts', value('@stepgate/assessment')],
  ['packages/redis/src/y.ts', value('node:crypto')],
  ['packages/client/src/z.ts', value('@stepgate/contracts')],
  ['packages/client/src/y.ts', type('express')],
  ['packages/cli/src/z.ts', value('@stepgate/redis')],
  ['packages/testing/src/z.ts', value('@stepgate/redis')],
  ['services/risk-engine/src/compose.ts', value('@stepgate/redis')],
  ['services/risk-engine/src/y.ts', type('@stepgate/redis')],
  ['services/risk-engine/src/z.ts', value('@stepgate/telemetry')],
];

const importsRefused = (violations: readonly Violation[]): string[] =>
  violations
    .filter(({ rule }) => rule.name === 'not-in-allowed')
    .map(({ from }) => from)
    .sort();

describe('the dependency rule', () => {
  it('is kept by the whole repository', () => {
    expect(cruise(root)).toEqual([]);
  }, 60_000);

  it('refuses every import that the table does not list, and no other', () => {
    const violations = withTree(Object.fromEntries([...refused, ...accepted]), cruise);
    expect(importsRefused(violations)).toEqual(refused.map(([file]) => file).sort());
  }, 60_000);

  it('refuses a cycle', () => {
    const violations = withTree(
      {
        'packages/engine/src/a.ts': "import { b } from './b.js';\nexport const a = () => b;\n",
        'packages/engine/src/b.ts': "import { a } from './a.js';\nexport const b = () => a;\n",
      },
      cruise,
    );
    expect(violations.map(({ rule }) => rule.name)).toContain('no-circular');
  }, 60_000);

  it('refuses a file that nothing imports and that imports nothing', () => {
    const violations = withTree(
      { 'packages/engine/src/left-over.ts': 'export const leftOver = 1;\n' },
      cruise,
    );
    expect(violations).toEqual([
      expect.objectContaining({
        from: 'packages/engine/src/left-over.ts',
        rule: { name: 'no-orphans', severity: 'error' },
      }),
    ]);
  }, 60_000);

  it('stands in docs/dependency-rule.md as the table says', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeText('docs/dependency-rule.md', dependencyTable());
    expect(readText('docs/dependency-rule.md')).toBe(dependencyTable());
  });
});

const listedFor = (name: string): Set<string> => {
  const area = areas[name]!;
  const own = [...area.imports, ...(area.types ?? []), ...(area.composes ?? [])];
  return new Set([
    ...own.map((other) => `@stepgate/${other}`),
    ...area.libraries,
    ...(area.libraryTypes ?? []),
    ...(area.data ?? []),
  ]);
};

describe('manifests', () => {
  it.each(Object.keys(areas))('%s depends on nothing that the table does not list', (name) => {
    const dependencies = Object.keys(readManifest(folderOf(name)).dependencies ?? {});
    expect(dependencies.filter((one) => !listedFor(name).has(one))).toEqual([]);
  });

  it.each(['.', ...Object.keys(areas).map(folderOf)])('%s pins exact versions', (folder) => {
    expect(looseRanges(readManifest(folder))).toEqual([]);
  });

  it('calls a range loose and a version exact', () => {
    const dependencies = { a: '^1.2.3', b: '~1.2.3', c: '1.x', d: '*', e: '1.2.3', f: 'latest' };
    expect(looseRanges({ dependencies })).toEqual([
      'a@^1.2.3',
      'b@~1.2.3',
      'c@1.x',
      'd@*',
      'f@latest',
    ]);
  });
});
