import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsMatching } from './matching-paths.js';
import { brokenLink, codeSpansOf, linksOf, pages, readPage, root, tableRowsOf } from './pages.js';

describe('a link', () => {
  it('of any page leads to a file and a heading that are there', () => {
    const links = pages.flatMap((page) => linksOf(page).map((target) => ({ page, target })));
    expect(links.length).toBeGreaterThan(30);
    expect(links.flatMap(({ page, target }) => brokenLink(page, target) ?? [])).toEqual([]);
  });

  it.each(['no-such-page.md', '#no-such-heading', 'api.md#no-such-heading', '../LICENSE#anchor'])(
    'to %s would be noticed',
    (target) => {
      expect(brokenLink('docs/policy.md', target)).toContain(target);
    },
  );
});

/** Folders whose files pages name; `…` stands for what the reader fills in. */
const isPath = (code: string): boolean =>
  /^(?:docs|infra|k8s|packages|scripts|services|test)\/[\w./*{}<>-]*$/.test(code);

/** Made by the build, or named as what is to be written. */
const madeLater = [/\/dist\//, /<name>/];

describe('a path in backticks', () => {
  const named = pages.flatMap((page) =>
    codeSpansOf(page)
      .filter(isPath)
      .filter((path) => !madeLater.some((pattern) => pattern.test(path)))
      .map((path) => ({ page, path })),
  );
  const exists = (path: string): boolean =>
    [path, `${path}.test.ts`].some((pattern) => pathsMatching(pattern).length > 0);

  it('is the path of something', () => {
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter(({ path }) => !exists(path))).toEqual([]);
  });
});

describe('a setting', () => {
  const sources = ['packages/*/src', 'services/*/src', 'scripts', 'test'].flatMap((folder) =>
    pathsMatching(`${folder}/**/*.ts`),
  );
  const code = [...sources, 'docker-compose.yml', '.env.example']
    .filter((file) => !file.startsWith('test/docs/'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');

  it('that a page names is read by something', () => {
    const named = pages.flatMap((page) => readPage(page).match(/\bSTEPGATE_[A-Z_]+[A-Z]\b/g) ?? []);
    const settings = new Set(named);
    // The README's request is the reader's shell.
    settings.delete('STEPGATE_ENGINE');
    const isRead = (name: string): boolean =>
      [name, name.replace(/_FILE$/, '')].some((each) => new RegExp(`\\b${each}\\b`).test(code));
    expect(settings.size).toBeGreaterThan(20);
    expect([...settings].filter((name) => !isRead(name))).toEqual([]);
  });
});

describe('docs/failures.md', () => {
  const rows = tableRowsOf('docs/failures.md').slice(2);
  const proofs = rows.flatMap((row) => (row.at(-1) ?? '').match(/(?<=`)[\w./-]+(?=`)/g) ?? []);

  it('names for each failure a test that is there and tests something', () => {
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.every((row) => /`.+`/.test(row.at(-1) ?? '') || row.at(-1) === 'as above')).toBe(
      true,
    );
    const empty = proofs.filter((proof) => {
      const files = proof.endsWith('.test.ts') ? [proof] : pathsMatching(`${proof}/*.test.ts`);
      const tests = files.filter((file) => /\bit(?:\.each)?\b/.test(readPage(file)));
      return tests.length === 0;
    });
    expect(empty).toEqual([]);
  });
});

describe('the records of decisions', () => {
  const records = readdirSync(join(root, 'docs/adr')).sort();

  it('are numbered from 1 without a gap, in the file name and in the title', () => {
    records.forEach((record, index) => {
      const number = index + 1;
      expect(record).toMatch(new RegExp(`^${String(number).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
      expect(readPage(`docs/adr/${record}`)).toMatch(new RegExp(`^# ${String(number)}\\. `));
    });
    expect(records.length).toBeGreaterThan(4);
  });

  it.each(records)('have context, decision and consequences on one page: %s', (record) => {
    const text = readPage(`docs/adr/${record}`);
    const parts = [...text.matchAll(/^(?:## |\*\*)(Context|Decision|Consequences)\b/gm)];
    expect(parts.map(([, part]) => part)).toEqual(['Context', 'Decision', 'Consequences']);
    expect(text.split('\n').length).toBeLessThan(60);
  });
});
